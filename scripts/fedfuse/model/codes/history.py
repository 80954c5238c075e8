"""E8: what `fedfuse audit` proves about main and the release tags."""

from fedfuse.model.codes.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E801",
        "A release tag is an annotated tag that carries its record byte for byte",
        "A lightweight tag, or a message that is no record, proves nothing about a release.",
        "Delete the tag and run `fedfuse release`; it computes the right object again.",
    ),
    Rule(
        "E802",
        "A release tag's name is the name in its header and record",
        "An old tag object under a new name verifies as genuine and serves an old release.",
        "Delete the ref; the object belongs under the name in its header.",
    ),
    Rule(
        "E803",
        "A release tag points at a commit on main's first-parent line",
        "What was never merged was never judged.",
        "Delete the tag; releases come from `fedfuse release` on main only.",
    ),
    Rule(
        "E804",
        "Every release names the tag object of the release before it",
        "The chain makes a moved or replaced tag visible.",
        "Restore the original tag from a clone that still has it (`git fetch --tags`).",
    ),
    Rule(
        "E805",
        "A release record is what its commit computes",
        "A record that verifies by itself may still claim members that were never admitted.",
        "Delete the tag, run `fedfuse release`, and find out who could push it.",
    ),
    Rule(
        "E806",
        "Files of add-only trees are the same bytes they were added with",
        "Releases and baselines refer to them; a changed file makes them lie.",
        "Revert the commit that changed the file.",
    ),
    Rule(
        "E807",
        "Every commit on main has one of the three legal shapes",
        "What lands in another shape was not judged and admits nothing.",
        "List the commit under `audit.accepted` in registry.yaml once people have looked at it.",
    ),
    Rule(
        "E808",
        "Manifests on main were admitted",
        "A refused manifest uses its number but is never a member or baseline.",
        "Nothing needs doing to main; ship a better next version.",
    ),
    Rule(
        "E809",
        "The remote has every release tag, with the same object",
        "Consumers fetch tags; a missing or different one splits the federation.",
        "Run `fedfuse release` to push what is missing; a different object needs a person.",
    ),
    Rule(
        "E810",
        "A promoted record equals the record in its tag",
        "`releases/<tag>.json` is what people review; it must be what consumers get.",
        "Revert the commit that added the file and promote again.",
    ),
    Rule(
        "E811",
        "Events on main are numbered without gap or duplicate",
        "The number is the lock that keeps two transitions from landing at once.",
        "Revert the later event and add it again under the next number.",
    ),
)
