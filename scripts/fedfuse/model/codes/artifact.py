"""E5: artifacts in their stores, the mirror, and bundles that were pulled."""

from fedfuse.model.rule import rules

RULES = rules("""
E501: An artifact's uri is a plain address in a store that this tool can read
  Why: A port, user name, IP address, escape or query in a uri can lead the check to another place
       than the provider's store.
  Fix: Write the address in the form that the finding shows. `fedfuse explain store` lists the
       stores.
E502: The artifact exists in its store at the revision that the manifest names
  Why: Nodes cannot load an artifact that is not there. A branch, or a deleted revision, cannot be
       verified later.
  Fix: Upload the artifact. Then write the exact revision that the store gave it.
E503: Every file that the manifest lists exists at that revision
  Why: A node that loads the release would fail at the missing file.
  Fix: Upload the file, or remove it from artifact.files. Then write the new revision.
E504: Every file has the size that the manifest names
  Why: A file of another size is another file.
  Fix: Run `fedfuse new` on the uploaded files to write the manifest again.
E505: Every file has the sha256 that the manifest names
  Why: The evidence and the release are about the bytes with this digest. Other bytes were never
       measured.
  Fix: Run `fedfuse new` on the uploaded files to write the manifest again.
E506: The store publishes the sha256 of every file
  Why: Without it the check would have to download the weights of every artifact.
  Fix: Run the command that the finding shows. It publishes the digest.
E507: A folder artifact holds only plain files
  Why: A link or a special file can have another content on each machine.
  Fix: Replace the link with the file that it points to.
E508: The revision of a folder artifact is the sha256 of its sorted `sha256  path` lines
  Why: A folder has no revisions of its own. This digest changes with every byte in the folder.
  Fix: Check the files. Then write the digest that the finding shows as artifact.revision.
E521: The mirror holds every release of the registry
  Why: While a release is missing, nodes can neither pull it nor roll back to it.
  Fix: Run `fedfuse mirror`.
E522: A tag on the mirror holds the record and the pinned files of the release that it names
  Why: Release tags never move. If the content differs, somebody has put it there.
  Fix: Find out who moved the tag. Delete it on the mirror, then run `fedfuse mirror`.
E523: Every tag on the mirror is a release of the registry
  Why: A node could take another tag for a release that passed the gates.
  Fix: Run `git fetch --tags`. If the tag is not among them, delete it on the mirror.
E524: The mirror's main holds exactly the files of the newest release
  Why: An edit on the mirror never passed a gate. Git decides, and nodes only read the mirror.
  Fix: Run `fedfuse mirror`. It restores the files.
E525: channels.json on the mirror agrees with git
  Why: Nodes load the releases that it names. If its serial is higher than the one that main has
       reached, nodes stop following the registry.
  Fix: Bring the clone up to date with `git pull`. Then run `fedfuse mirror`, which writes the file
       again.
E541: A bundle holds a limited number of small files with plain and distinct paths
  Why: A path such as ../x writes outside the folder. Of two names that differ only in case, one
       replaces the other.
  Fix: Do not use this bundle. Tell the maintainers of the registry.
E542: fused.json is the canonical record of the requested release
  Why: The tag object can be computed, and proved, only from exactly these bytes.
  Fix: Pull again. If the finding stays, use another mirror and tell the maintainers of the
       registry.
E543: The tag object that is computed from fused.json has the id that git knows
  Why: With another id, the mirror holds another record than the one that the registry released.
  Fix: Do not use this bundle. Run `fedfuse audit --hub` in a clone of the registry.
E544: Every file that the record pins or determines is there
  Why: A node cannot serve an incomplete bundle.
  Fix: Run `fedfuse mirror` in a clone of the registry, then pull again.
E545: Every file is what the record pins or determines
  Why: Changed bytes never passed a gate. SHA256SUMS on a mirror proves nothing: whoever changes a
       file there changes it as well.
  Fix: Do not use this bundle. Run `fedfuse audit --hub` in a clone of the registry.
E546: A bundle holds only the files of its release
  Why: Nothing proves another file, and a program that loads the folder could use it.
  Fix: Delete the file on the mirror, or pull from another one.
E547: Without a registry, a channel never returns to an older serial than the one seen
  Why: An old channels.json could bring back a release that was rolled back. A forged one with a
       high serial looks just as honest to a node that does not ask git.
  Fix: Pull with --registry URL. Then git decides, whatever serial this folder has seen.
E548: One serial has one content, and so has one tag
  Why: If one name has two contents, one of them is forged.
  Fix: Run `fedfuse audit --hub` in a clone of the registry. It names the forged one.
E549: channels.json can be read, and the channel in it names a release
  Why: Without it the name of a channel means nothing.
  Fix: Pull a release tag, or run `fedfuse mirror` in a clone of the registry.
E550: The registry's main always contains the commit that a node followed before
  Why: Main only grows. A main that lost a commit was moved back, or comes from an old clone. It
       could bring back a release that was rolled back.
  Fix: Pass the registry itself as --registry. If its main was moved, find out who did it. To follow
       it all the same, delete channels.lock in the node's folder.
E551: A tag on the mirror stays at the commit that tags.json remembers
  Why: Release tags never move. Even if the files are equal, somebody made the tag anew.
  Fix: Find out who moved the tag. Delete it on the mirror, then run `fedfuse mirror`.
E553: `current` names a release that is still what was pulled
  Why: A node must not serve changed bytes. So the link is taken away until a release is proven.
  Fix: Look at what the finding names and who changed it. Move it away, then pull again.
""")
