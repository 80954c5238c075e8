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
    Rule(
        "E711",
        "A waiver names the unit of its manifest",
        "The unit tells whose shipment is let through, so that its own provider cannot be who "
        "allows it; the waiver then counts for that unit only.",
        "Write `unit: PROVIDER/UNIT`, as `fedfuse waive --manifest FILE` does.",
    ),
    Rule(
        "E712",
        "A release is promoted in a window of `cadence.production`",
        "Promotions happen when people are there to watch them.",
        "Promote in the window that `registry.yaml` names; in an emergency roll back instead.",
    ),
    Rule(
        "E713",
        "Only a release whose checklist is GO is promoted",
        "One list for every release: what has to be true before it serves.",
        "`fedfuse checklist TAG` shows every item with its evidence; mend what says no.",
    ),
    Rule(
        "E714",
        "A rollback goes to the newest healthy warm release",
        "An older one would take back more than what broke, and one with a withdrawn member would "
        "bring the withdrawn version back.",
        "Name the release that `fedfuse rollback` proposes.",
    ),
    Rule(
        "E715",
        "`releases/checklist.yaml` is a valid list of checks that this tool has",
        "An item that nothing answers would either block every promotion or none.",
        "Name one of the checks, or `manual` for what only a person can know.",
    ),
    Rule(
        "E716",
        "Every window names a time zone of the IANA database",
        "Without it nobody can tell when the window is open.",
        "Write the name of a place such as `Europe/Berlin`, or `UTC`.",
    ),
    Rule(
        "E717",
        "A rollback that claims a breach proves it by its counters",
        "Only such a rollback may be merged without a person, so anyone must be able to recompute "
        "the decision.",
        "Let `fedfuse slo check` write the event, or leave out `breach_key` and `counters`.",
    ),
    Rule(
        "E718",
        "`releases/checklist.yaml` asks for every check that this tool has",
        "What a machine can know is never ticked by hand: an item that became `manual`, or is "
        "gone, would let a person vouch for what can be proven.",
        "Add an item with that check; `required: false` where it shall not block.",
    ),
)
