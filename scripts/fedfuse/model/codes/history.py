"""E8: what `fedfuse audit` proves about main and the release tags."""

from fedfuse.model.rule import Rule

TAG_UNSOUND = "E801"
TAG_NAME = "E802"
TAG_OFF_MAIN = "E803"
TAG_CHAIN = "E804"
TAG_RECORD = "E805"
FILE_CHANGED = "E806"
ILLEGAL_COMMIT = "E807"
REFUSED = "E808"
TAG_REMOTE = "E809"
PROMOTED_RECORD = "E810"
EVENT_NUMBER = "E811"
MANIFEST_INVALID = "E812"
EVENT_VOID = "E813"
ARTIFACT_CHANGED = "E814"
BROKEN_POLICY = "E815"

RULES: tuple[Rule, ...] = (
    Rule(
        TAG_UNSOUND,
        "A release tag is an annotated tag that carries its record byte for byte",
        "A lightweight tag, or a message that is no record, proves nothing about a release.",
        "Delete the tag and run `fedfuse release`, which computes the right object again.",
    ),
    Rule(
        TAG_NAME,
        "A release tag's name is the name in its header and record",
        "An old tag object under a new name verifies as genuine and serves an old release.",
        "Delete the ref; the object belongs under the name in its header.",
    ),
    Rule(
        TAG_OFF_MAIN,
        "A release tag points at a commit on main's first-parent line",
        "What was never merged was never judged.",
        "Delete the tag; releases come from `fedfuse release` on main only.",
    ),
    Rule(
        TAG_CHAIN,
        "Every release names the tag object of the release before it",
        "The chain makes a moved or replaced tag visible.",
        "Restore the original tag from a clone that still has it.",
    ),
    Rule(
        TAG_RECORD,
        "A release record is what its commit computes",
        "A record that verifies by itself may still claim members that were never admitted.",
        "Delete the tag, run `fedfuse release`, and find out who could push it.",
    ),
    Rule(
        FILE_CHANGED,
        "Files of add-only trees are the same bytes they were added with",
        "Releases and baselines refer to them; a changed file makes them lie.",
        "Restore the file, and list both commits under `audit.accepted` in registry.yaml.",
    ),
    Rule(
        ILLEGAL_COMMIT,
        "Every commit on main has one of the three legal shapes",
        "What lands in another shape was not judged and admits nothing.",
        "List the commit under `audit.accepted` in registry.yaml once people have looked at it.",
    ),
    Rule(
        REFUSED,
        "Manifests on main were admitted",
        "A refused manifest uses its number but is never a member or baseline.",
        "Nothing needs doing to main; ship a better next version.",
    ),
    Rule(
        TAG_REMOTE,
        "The remote has every release tag, with the same object",
        "Consumers fetch tags; a missing or different one splits the federation.",
        "Run `fedfuse release` to push what is missing; a different object needs a person.",
    ),
    Rule(
        PROMOTED_RECORD,
        "A promoted record equals the record in its tag",
        "`releases/<tag>.json` is what people review; it must be what consumers get.",
        "Restore the tag if it was moved. Otherwise remove the file, promote anew, and list the "
        "commits under `audit.accepted`.",
    ),
    Rule(
        EVENT_NUMBER,
        "Events on main are numbered without gap or duplicate",
        "The number is the lock that keeps two transitions from landing at once.",
        "Look at what the events do together, then list the commit under `audit.accepted`.",
    ),
    Rule(
        MANIFEST_INVALID,
        "Every admitted manifest is valid under the schemas on main",
        "Tools read old manifests with the schemas of today.",
        "Make the schema accept again what it accepted when the manifest landed.",
    ),
    Rule(
        EVENT_VOID,
        "Events on main are valid",
        "A void event uses its number and changes nothing, whatever its title promised.",
        "Land a valid event under the next number.",
    ),
    Rule(
        ARTIFACT_CHANGED,
        "The artifacts of releases in use are what was judged",
        "What serves, or may have to, must be the bytes that passed the gates; a store that holds "
        "others, or none, has changed them since.",
        "Withdraw the version with the `fedfuse yank` command the finding shows, or restore the "
        "very bytes in the store.",
    ),
    Rule(
        BROKEN_POLICY,
        "Registry.yaml, schemas and suite are sound on every commit of main",
        "By broken policy nobody can judge what lands, nor say which release it makes: such a "
        "commit admits nothing and cuts nothing. History goes on with the commit that mends it.",
        "Ship again what landed meanwhile, and list the commit under `audit.accepted`.",
    ),
)
