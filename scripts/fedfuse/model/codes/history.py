"""E8: what `fedfuse audit` proves about main and the release tags."""

from fedfuse.model.rule import rules

RULES = rules("""
E801: A release tag is an annotated tag that holds its record byte for byte
  Why: A lightweight tag, or a message that is no record, proves nothing about a release.
  Fix: Find out who made the tag. Then follow the fix in the finding: it gets the right object back.
E802: The name of a release tag is the name in its header and in its record
  Why: An old tag object under a new name looks genuine and would serve an old release.
  Fix: Delete the tag with the wrong name.
E803: A release tag points to a commit on main's first-parent line
  Why: A commit that was never merged was never judged.
  Fix: Delete the tag. Only `fedfuse release` makes release tags.
E804: Every release names the tag object of the release before it
  Why: The chain shows when a tag was moved or replaced.
  Fix: Fetch the original tag from a clone that still has it.
E805: The record of a release is the one that history makes
  Why: A record can be well formed and still name members that were never admitted.
  Fix: Find out who could push the tag. Then follow the fix in the finding.
E806: A file in an add-only folder has the bytes with which it was added
  Why: Releases and baselines refer to these bytes, and would no longer be true.
  Fix: Restore the file. Then list both commits under `audit.accepted` in registry.yaml.
E807: Every commit on main holds manifests, or one event, or other changes, but never two of these
  Why: A commit with another shape was not judged, so it admits nothing.
  Fix: Review the commit. Then list it under `audit.accepted` in registry.yaml.
E808: Every manifest on main was admitted
  Why: A refused manifest uses its number, and is never a member or a baseline.
  Fix: Leave main as it is. The provider ships a better next version.
E809: The remote has every release tag, and each is the same object as here
  Why: Nodes fetch tags from the remote. A missing or different tag gives them another release, or
       none.
  Fix: Run `fedfuse release` to push a missing tag. If the remote has a different object, a person
       must find out why.
E810: A promoted record is equal to the record in its tag
  Why: People review `releases/<tag>.json`, so it must be what nodes get.
  Fix: If the tag was moved, restore it. Else remove the file, promote again, and list the commits
       under `audit.accepted`.
E811: Events on main are numbered without a gap and without a duplicate
  Why: The number is a lock: it stops two events from landing at once.
  Fix: Find out what the events do together. Then list the commit under `audit.accepted`.
E812: Every admitted manifest is valid by the schemas on main
  Why: Tools read old manifests with today's schemas.
  Fix: Change the schema so that it accepts the manifest again.
E813: Events on main are valid
  Why: An event without effect uses its number and changes nothing, although its title says
       otherwise.
  Fix: Land a valid event under the next number.
E814: The artifacts of the releases in use are the ones that were judged
  Why: The bytes that serve, or may have to, must be the bytes that passed the gates. The store now
       holds other bytes, or none.
  Fix: Run the `fedfuse yank` command that the finding shows, or restore the same bytes in the
       store.
E815: registry.yaml, the schemas and the suite are sound in every commit of main
  Why: With broken rules nothing can be judged, so the commit admits nothing and cuts no release.
       History continues with the commit that repairs them.
  Fix: Ship again what landed in between, and list the commit under `audit.accepted`.
""")
