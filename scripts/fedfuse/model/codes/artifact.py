"""E5: artifacts in their stores, the mirror, and bundles that were pulled."""

from fedfuse.model.rule import Rule

UNREADABLE_URI = "E501"
NOT_FOUND = "E502"
FILE_MISSING = "E503"
FILE_SIZE = "E504"
FILE_DIGEST = "E505"
NO_DIGEST = "E506"
NOT_PLAIN = "E507"
FOLDER_REVISION = "E508"
MIRROR_LACKS = "E521"
MIRROR_DIVERGED = "E522"
MIRROR_UNKNOWN = "E523"
MIRROR_MAIN = "E524"
MIRROR_CHANNELS = "E525"
BUNDLE_PATH = "E541"
BUNDLE_RECORD = "E542"
BUNDLE_ANCHOR = "E543"
BUNDLE_MISSING = "E544"
BUNDLE_CHANGED = "E545"
BUNDLE_EXTRA = "E546"
CHANNELS_OLDER = "E547"
CHANNELS_MOVED = "E548"
CHANNELS_UNREADABLE = "E549"

RULES: tuple[Rule, ...] = (
    Rule(
        UNREADABLE_URI,
        "An artifact's uri is a plain address in a store this tool reads",
        "Ports, user names, IP addresses, escapes and queries in a uri can point the check at "
        "something else than the provider's store.",
        "Write the address in a form that the finding shows; `fedfuse explain store` lists the "
        "stores.",
    ),
    Rule(
        NOT_FOUND,
        "The artifact exists in its store at the revision the manifest names",
        "A manifest that points at nothing cannot be served, and a branch name or a deleted "
        "revision cannot be verified later.",
        "Upload the artifact, then write the exact revision the store gave it into the manifest.",
    ),
    Rule(
        FILE_MISSING,
        "Every file the manifest lists exists at that revision",
        "A node that loads the release would fail on the missing file.",
        "Upload the file or remove it from artifact.files, and name the new revision.",
    ),
    Rule(
        FILE_SIZE,
        "Every file has the size the manifest declares",
        "Another size is another file.",
        "Write the manifest anew from the uploaded files with fedfuse new.",
    ),
    Rule(
        FILE_DIGEST,
        "Every file has the sha256 the manifest declares",
        "The digest is what evidence and release speak of; other bytes were never evaluated.",
        "Write the manifest anew from the uploaded files with fedfuse new.",
    ),
    Rule(
        NO_DIGEST,
        "The store publishes the sha256 of every file",
        "Without it the check would have to download the weights of every artifact.",
        "Publish the digest with the command the finding shows.",
    ),
    Rule(
        NOT_PLAIN,
        "A folder artifact holds plain files only",
        "Links and special files read something else on every machine.",
        "Replace the link with the file it points at.",
    ),
    Rule(
        FOLDER_REVISION,
        "The revision of a folder artifact is the sha256 of its sorted `sha256  path` lines",
        "A folder has no revisions of its own; this digest changes with every byte in it.",
        "Write the digest the finding shows as artifact.revision, after checking the files.",
    ),
    Rule(
        MIRROR_LACKS,
        "The mirror holds every release of the registry",
        "Consumers cannot pull a release, or roll back to it, while it is missing.",
        "Run fedfuse mirror.",
    ),
    Rule(
        MIRROR_DIVERGED,
        "A tag of the mirror holds the record and the pinned files of the release it names",
        "Release tags never move: other content under a release's name was put there by somebody.",
        "Find out who moved the tag, delete it on the mirror, and run fedfuse mirror.",
    ),
    Rule(
        MIRROR_UNKNOWN,
        "Every tag of the mirror is a release of the registry",
        "Consumers could take a foreign tag for a release that passed the gates.",
        "Fetch the registry's tags; if it is not among them, delete the tag on the mirror.",
    ),
    Rule(
        MIRROR_MAIN,
        "The mirror's main holds exactly the files of the newest release",
        "Edits on the mirror never passed a gate; git decides, the mirror is only read.",
        "Run fedfuse mirror, which restores it.",
    ),
    Rule(
        MIRROR_CHANNELS,
        "channels.json on the mirror says what git says",
        "Nodes load what it points at; a serial that main has not reached would freeze them there.",
        "Bring the clone up to date with git pull, then run fedfuse mirror, which rewrites it.",
    ),
    Rule(
        BUNDLE_PATH,
        "A bundle holds a bounded number of small files with plain, distinct paths",
        "A path like ../x or two names that differ only in case would write outside the folder or "
        "over another file.",
        "Do not use this bundle; tell the registry's maintainers.",
    ),
    Rule(
        BUNDLE_RECORD,
        "fused.json is the canonical record of the release asked for",
        "The tag object can only be rebuilt, and so proven, from exactly those bytes.",
        "Pull again, from another mirror if it stays so; tell the registry's maintainers.",
    ),
    Rule(
        BUNDLE_ANCHOR,
        "The tag object rebuilt from fused.json has the id that git knows",
        "Another id means that the mirror holds another record than the registry released.",
        "Do not use this bundle; run fedfuse audit --hub in a clone of the registry.",
    ),
    Rule(
        BUNDLE_MISSING,
        "Every file named by the record and by SHA256SUMS is there",
        "An incomplete bundle cannot serve.",
        "Run fedfuse mirror in a clone of the registry, then pull again.",
    ),
    Rule(
        BUNDLE_CHANGED,
        "Every file has the sha256 the record, or for derived files SHA256SUMS, gives it",
        "Changed bytes never passed a gate.",
        "Do not use this bundle; run fedfuse audit --hub in a clone of the registry.",
    ),
    Rule(
        BUNDLE_EXTRA,
        "A bundle holds no file beyond those of its release",
        "A file nobody vouches for may be picked up by whoever loads the folder.",
        "Delete the file on the mirror, or pull from another one.",
    ),
    Rule(
        CHANNELS_OLDER,
        "A channel never goes back to an older serial than the one already seen",
        "An old channels.json could bring back a release that was rolled back.",
        "Pull from an up-to-date mirror; to follow another registry use another folder. If "
        "fedfuse audit --hub in a clone of the registry finds nothing, the serial seen was forged: "
        "delete channels.lock, which also forgets the tags seen, and pull with --registry URL.",
    ),
    Rule(
        CHANNELS_MOVED,
        "Under one serial, and under one tag, there is only ever one content",
        "Two contents under one name mean that one of them is forged.",
        "Compare with the registry: fedfuse audit --hub in a clone names the forged one.",
    ),
    Rule(
        CHANNELS_UNREADABLE,
        "channels.json is readable and its channel points at a release",
        "Without it a channel name means nothing.",
        "Pull a release tag instead, or run fedfuse mirror in a clone of the registry.",
    ),
)
