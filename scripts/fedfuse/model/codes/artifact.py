"""E5: artifacts in their stores, the mirror, and bundles that were pulled."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E501",
        "An artifact's uri is a plain address in a store that this tool can read",
        "A port, user name, IP address, escape or query in a uri can lead the check to another "
        "place than the provider's store.",
        "Write the address in the form that the finding shows. `fedfuse explain store` lists the "
        "stores.",
    ),
    Rule(
        "E502",
        "The artifact exists in its store at the revision that the manifest names",
        "Nodes cannot load an artifact that is not there. A branch, or a deleted revision, cannot "
        "be verified later.",
        "Upload the artifact. Then write the exact revision that the store gave it.",
    ),
    Rule(
        "E503",
        "Every file that the manifest lists exists at that revision",
        "A node that loads the release would fail at the missing file.",
        "Upload the file, or remove it from artifact.files. Then write the new revision.",
    ),
    Rule(
        "E504",
        "Every file has the size that the manifest names",
        "A file of another size is another file.",
        "Run `fedfuse new` on the uploaded files to write the manifest again.",
    ),
    Rule(
        "E505",
        "Every file has the sha256 that the manifest names",
        "The evidence and the release are about the bytes with this digest. Other bytes were never "
        "measured.",
        "Run `fedfuse new` on the uploaded files to write the manifest again.",
    ),
    Rule(
        "E506",
        "The store publishes the sha256 of every file",
        "Without it the check would have to download the weights of every artifact.",
        "Run the command that the finding shows. It publishes the digest.",
    ),
    Rule(
        "E507",
        "A folder artifact holds only plain files",
        "A link or a special file can have another content on each machine.",
        "Replace the link with the file that it points to.",
    ),
    Rule(
        "E508",
        "The revision of a folder artifact is the sha256 of its sorted `sha256  path` lines",
        "A folder has no revisions of its own. This digest changes with every byte in the folder.",
        "Check the files. Then write the digest that the finding shows as artifact.revision.",
    ),
    Rule(
        "E521",
        "The mirror holds every release of the registry",
        "While a release is missing, nodes can neither pull it nor roll back to it.",
        "Run `fedfuse mirror`.",
    ),
    Rule(
        "E522",
        "A tag on the mirror holds the record and the pinned files of the release that it names",
        "Release tags never move. If the content differs, somebody has put it there.",
        "Find out who moved the tag. Delete it on the mirror, then run `fedfuse mirror`.",
    ),
    Rule(
        "E523",
        "Every tag on the mirror is a release of the registry",
        "A node could take another tag for a release that passed the gates.",
        "Run `git fetch --tags`. If the tag is not among them, delete it on the mirror.",
    ),
    Rule(
        "E524",
        "The mirror's main holds exactly the files of the newest release",
        "An edit on the mirror never passed a gate. Git decides, and nodes only read the mirror.",
        "Run `fedfuse mirror`. It restores the files.",
    ),
    Rule(
        "E525",
        "channels.json on the mirror agrees with git",
        "Nodes load the releases that it names. If its serial is higher than the one that main has "
        "reached, nodes stop following the registry.",
        "Bring the clone up to date with `git pull`. Then run `fedfuse mirror`, which writes the "
        "file again.",
    ),
    Rule(
        "E541",
        "A bundle holds a limited number of small files with plain and distinct paths",
        "A path such as ../x writes outside the folder. Of two names that differ only in case, one "
        "replaces the other.",
        "Do not use this bundle. Tell the maintainers of the registry.",
    ),
    Rule(
        "E542",
        "fused.json is the canonical record of the requested release",
        "The tag object can be computed, and proved, only from exactly these bytes.",
        "Pull again. If the finding stays, use another mirror and tell the maintainers of the "
        "registry.",
    ),
    Rule(
        "E543",
        "The tag object that is computed from fused.json has the id that git knows",
        "With another id, the mirror holds another record than the one that the registry released.",
        "Do not use this bundle. Run `fedfuse audit --hub` in a clone of the registry.",
    ),
    Rule(
        "E544",
        "Every file that the record pins or determines is there",
        "A node cannot serve an incomplete bundle.",
        "Run `fedfuse mirror` in a clone of the registry, then pull again.",
    ),
    Rule(
        "E545",
        "Every file is what the record pins or determines",
        "Changed bytes never passed a gate. SHA256SUMS on a mirror proves nothing: whoever changes "
        "a file there changes it as well.",
        "Do not use this bundle. Run `fedfuse audit --hub` in a clone of the registry.",
    ),
    Rule(
        "E546",
        "A bundle holds only the files of its release",
        "Nothing proves another file, and a program that loads the folder could use it.",
        "Delete the file on the mirror, or pull from another one.",
    ),
    Rule(
        "E547",
        "Without a registry, a channel never returns to an older serial than the one seen",
        "An old channels.json could bring back a release that was rolled back. A forged one with a "
        "high serial looks just as honest to a node that does not ask git.",
        "Pull with --registry URL. Then git decides, whatever serial this folder has seen.",
    ),
    Rule(
        "E548",
        "One serial has one content, and so has one tag",
        "If one name has two contents, one of them is forged.",
        "Run `fedfuse audit --hub` in a clone of the registry. It names the forged one.",
    ),
    Rule(
        "E549",
        "channels.json can be read, and the channel in it names a release",
        "Without it the name of a channel means nothing.",
        "Pull a release tag, or run `fedfuse mirror` in a clone of the registry.",
    ),
    Rule(
        "E550",
        "The registry's main always contains the commit that a node followed before",
        "Main only grows. A main that lost a commit was moved back, or comes from an old clone. It "
        "could bring back a release that was rolled back.",
        "Pass the registry itself as --registry. If its main was moved, find out who did it. To "
        "follow it all the same, delete channels.lock in the node's folder.",
    ),
    Rule(
        "E551",
        "A tag on the mirror stays at the commit that tags.json remembers",
        "Release tags never move. Even if the files are equal, somebody made the tag anew.",
        "Find out who moved the tag. Delete it on the mirror, then run `fedfuse mirror`.",
    ),
    Rule(
        "E553",
        "`current` names a release that is still what was pulled",
        "A node must not serve changed bytes. So the link is taken away until a release is proven.",
        "Look at what the finding names and who changed it. Move it away, then pull again.",
    ),
)
