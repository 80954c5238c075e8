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
        "An artifact's uri is a plain address in a store that this tool can read",
        "A port, user name, IP address, escape or query in a uri can lead the check to another "
        "place than the provider's store.",
        "Write the address in the form that the finding shows. `fedfuse explain store` lists the "
        "stores.",
    ),
    Rule(
        NOT_FOUND,
        "The artifact exists in its store at the revision that the manifest names",
        "Nodes cannot load an artifact that is not there. A branch, or a deleted revision, cannot "
        "be verified later.",
        "Upload the artifact. Then write the exact revision that the store gave it.",
    ),
    Rule(
        FILE_MISSING,
        "Every file that the manifest lists exists at that revision",
        "A node that loads the release would fail at the missing file.",
        "Upload the file, or remove it from artifact.files. Then write the new revision.",
    ),
    Rule(
        FILE_SIZE,
        "Every file has the size that the manifest names",
        "A file of another size is another file.",
        "Run `fedfuse new` on the uploaded files to write the manifest again.",
    ),
    Rule(
        FILE_DIGEST,
        "Every file has the sha256 that the manifest names",
        "The evidence and the release are about the bytes with this digest. Other bytes were never "
        "measured.",
        "Run `fedfuse new` on the uploaded files to write the manifest again.",
    ),
    Rule(
        NO_DIGEST,
        "The store publishes the sha256 of every file",
        "Without it the check would have to download the weights of every artifact.",
        "Run the command that the finding shows. It publishes the digest.",
    ),
    Rule(
        NOT_PLAIN,
        "A folder artifact holds only plain files",
        "A link or a special file can have another content on each machine.",
        "Replace the link with the file that it points to.",
    ),
    Rule(
        FOLDER_REVISION,
        "The revision of a folder artifact is the sha256 of its sorted `sha256  path` lines",
        "A folder has no revisions of its own. This digest changes with every byte in the folder.",
        "Check the files. Then write the digest that the finding shows as artifact.revision.",
    ),
    Rule(
        MIRROR_LACKS,
        "The mirror holds every release of the registry",
        "While a release is missing, nodes can neither pull it nor roll back to it.",
        "Run `fedfuse mirror`.",
    ),
    Rule(
        MIRROR_DIVERGED,
        "A tag on the mirror holds the record and the pinned files of the release that it names",
        "Release tags never move. If the content differs, somebody has put it there.",
        "Find out who moved the tag. Delete it on the mirror, then run `fedfuse mirror`.",
    ),
    Rule(
        MIRROR_UNKNOWN,
        "Every tag on the mirror is a release of the registry",
        "A node could take another tag for a release that passed the gates.",
        "Run `git fetch --tags`. If the tag is not among them, delete it on the mirror.",
    ),
    Rule(
        MIRROR_MAIN,
        "The mirror's main holds exactly the files of the newest release",
        "An edit on the mirror never passed a gate. Git decides, and nodes only read the mirror.",
        "Run `fedfuse mirror`. It restores the files.",
    ),
    Rule(
        MIRROR_CHANNELS,
        "channels.json on the mirror agrees with git",
        "Nodes load the releases that it names. If its serial is higher than the one that main has "
        "reached, nodes stop following the registry.",
        "Bring the clone up to date with `git pull`. Then run `fedfuse mirror`, which writes the "
        "file again.",
    ),
    Rule(
        BUNDLE_PATH,
        "A bundle holds a limited number of small files with plain and distinct paths",
        "A path such as ../x writes outside the folder. Of two names that differ only in case, one "
        "replaces the other.",
        "Do not use this bundle. Tell the maintainers of the registry.",
    ),
    Rule(
        BUNDLE_RECORD,
        "fused.json is the canonical record of the requested release",
        "The tag object can be computed, and proved, only from exactly these bytes.",
        "Pull again. If the finding stays, use another mirror and tell the maintainers of the "
        "registry.",
    ),
    Rule(
        BUNDLE_ANCHOR,
        "The tag object that is computed from fused.json has the id that git knows",
        "With another id, the mirror holds another record than the one that the registry released.",
        "Do not use this bundle. Run `fedfuse audit --hub` in a clone of the registry.",
    ),
    Rule(
        BUNDLE_MISSING,
        "Every file that the record and SHA256SUMS name is there",
        "A node cannot serve an incomplete bundle.",
        "Run `fedfuse mirror` in a clone of the registry, then pull again.",
    ),
    Rule(
        BUNDLE_CHANGED,
        "Every file has the sha256 in the record, or in SHA256SUMS for derived files",
        "Changed bytes never passed a gate.",
        "Do not use this bundle. Run `fedfuse audit --hub` in a clone of the registry.",
    ),
    Rule(
        BUNDLE_EXTRA,
        "A bundle holds only the files of its release",
        "Nothing proves another file, and a program that loads the folder could use it.",
        "Delete the file on the mirror, or pull from another one.",
    ),
    Rule(
        CHANNELS_OLDER,
        "A channel never returns to an older serial than the one that this folder has seen",
        "An old channels.json could bring back a release that was rolled back.",
        "Pull from an up-to-date mirror. To follow another registry, use another folder. If "
        "`fedfuse audit --hub` in a clone of the registry finds nothing, this folder has seen a "
        "forged serial: delete channels.lock, which also forgets the tags seen, and pull with "
        "--registry URL.",
    ),
    Rule(
        CHANNELS_MOVED,
        "One serial has one content, and so has one tag",
        "If one name has two contents, one of them is forged.",
        "Run `fedfuse audit --hub` in a clone of the registry. It names the forged one.",
    ),
    Rule(
        CHANNELS_UNREADABLE,
        "channels.json can be read, and the channel in it names a release",
        "Without it the name of a channel means nothing.",
        "Pull a release tag, or run `fedfuse mirror` in a clone of the registry.",
    ),
)
