"""E7: events."""

from fedfuse.model.codes.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E701",
        "An event's number is the number of its file",
        "The number is the lock that orders events; two readings would be two orders.",
        "Write the file's number into `number`.",
    ),
    Rule(
        "E702",
        "Events are numbered without gap",
        "A gap would leave room for an event that lands in the past.",
        "Rename the file to the next number on main.",
    ),
    Rule(
        "E703",
        "Only a release that exists is promoted",
        "Production serves what a tag carries, nothing else.",
        "Name a tag that `fedfuse status` lists.",
    ),
    Rule(
        "E704",
        "A promotion changes what serves, and never back to a quarantined release",
        "A release that breached its objectives stays out for good.",
        "Promote another release.",
    ),
    Rule(
        "E705",
        "Nothing is promoted while a hold stands",
        "A rollback holds promotions so that people look before the next one.",
        "Lift the hold in an event of its own, then promote.",
    ),
    Rule(
        "E706",
        "A rollback goes from production to a warm release",
        "Only warm releases are verified and ready to serve.",
        "Name production in `from` and a warm release in `to`; `fedfuse status` shows both.",
    ),
    Rule(
        "E707",
        "A lift names a hold that stands",
        "Lifting nothing would hide a wrong number.",
        "Name the number of a hold that `fedfuse status` shows.",
    ),
    Rule(
        "E708",
        "A yank names a version on main that is not withdrawn yet",
        "Only what was shipped can be withdrawn, and only once.",
        "Name it as `provider/unit@v<n>`.",
    ),
    Rule(
        "E709",
        "A waiver lands before its manifest and has not expired",
        "A manifest is judged once, at the commit that adds it; a later waiver changes nothing.",
        "Merge the waiver first, with an `expires` in the future.",
    ),
    Rule(
        "E710",
        "A promotion adds exactly the record its tag carries",
        "`releases/<tag>.json` is what people review; it must be what nodes get.",
        "Add the record from the tag byte for byte.",
    ),
)
