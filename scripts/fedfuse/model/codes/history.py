"""E8: what `fedfuse audit` proves about main and the release tags."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E801",
        "A release tag is an annotated tag that holds its record byte for byte",
        "A lightweight tag, or a message that is no record, proves nothing about a release.",
        "Find out who made the tag. Then follow the fix in the finding: it gets the right object "
        "back.",
    ),
    Rule(
        "E802",
        "The name of a release tag is the name in its header and in its record",
        "An old tag object under a new name looks genuine and would serve an old release.",
        "Delete the tag with the wrong name.",
    ),
    Rule(
        "E803",
        "A release tag points to a commit on main's first-parent line",
        "A commit that was never merged was never judged.",
        "Delete the tag. Only `fedfuse release` makes release tags.",
    ),
    Rule(
        "E804",
        "Every release names the tag object of the release before it",
        "The chain shows when a tag was moved or replaced.",
        "Fetch the original tag from a clone that still has it.",
    ),
    Rule(
        "E805",
        "The record of a release is the one that history makes",
        "A record can be well formed and still name members that were never admitted.",
        "Find out who could push the tag. Then follow the fix in the finding.",
    ),
    Rule(
        "E806",
        "A file in an add-only folder has the bytes with which it was added",
        "Releases and baselines refer to these bytes, and would no longer be true.",
        "Restore the file. Then list both commits under `audit.accepted` in registry.yaml.",
    ),
    Rule(
        "E807",
        "Every commit on main holds manifests, or one event, or other changes, but never two of "
        "these",
        "A commit with another shape was not judged, so it admits nothing.",
        "Review the commit. Then list it under `audit.accepted` in registry.yaml.",
    ),
    Rule(
        "E808",
        "Every manifest on main was admitted",
        "A refused manifest uses its number, and is never a member or a baseline.",
        "Leave main as it is. The provider ships a better next version.",
    ),
    Rule(
        "E809",
        "The remote has every release tag, and each is the same object as here",
        "Nodes fetch tags from the remote. A missing or different tag gives them another release, "
        "or none.",
        "Run `fedfuse release` to push a missing tag. If the remote has a different object, a "
        "person must find out why.",
    ),
    Rule(
        "E810",
        "A promoted record is equal to the record in its tag",
        "People review `releases/<tag>.json`, so it must be what nodes get.",
        "If the tag was moved, restore it. Else remove the file, promote again, and list the "
        "commits under `audit.accepted`.",
    ),
    Rule(
        "E811",
        "Events on main are numbered without a gap and without a duplicate",
        "The number is a lock: it stops two events from landing at once.",
        "Find out what the events do together. Then list the commit under `audit.accepted`.",
    ),
    Rule(
        "E812",
        "Every admitted manifest is valid by the schemas on main",
        "Tools read old manifests with today's schemas.",
        "Change the schema so that it accepts the manifest again.",
    ),
    Rule(
        "E813",
        "Events on main are valid",
        "An event without effect uses its number and changes nothing, although its title says "
        "otherwise.",
        "Land a valid event under the next number.",
    ),
    Rule(
        "E814",
        "The artifacts of the releases in use are the ones that were judged",
        "The bytes that serve, or may have to, must be the bytes that passed the gates. The store "
        "now holds other bytes, or none.",
        "Run the `fedfuse yank` command that the finding shows, or restore the same bytes in the "
        "store.",
    ),
    Rule(
        "E815",
        "registry.yaml, the schemas and the suite are sound in every commit of main",
        "With broken rules nothing can be judged, so the commit admits nothing and cuts no "
        "release. History continues with the commit that repairs them.",
        "Ship again what landed in between, and list the commit under `audit.accepted`.",
    ),
)
