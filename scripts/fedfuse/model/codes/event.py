"""E7: events. What holds for one kind alone stands with that kind, in `model/event_kinds.py`."""

from fedfuse.model.event_kinds import KINDS
from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E701",
        "The number in an event is the number of its file name",
        "The number orders the events, so it must be the same in both places.",
        "Write the number of the file name into `number`.",
    ),
    Rule(
        "E702",
        "Events are numbered without a gap",
        "An event could later land in the gap and change the past.",
        "Rename the file to the next number on main.",
    ),
    *(rule for kind in KINDS.values() for rule in kind.rules),
    Rule(
        "E715",
        "`releases/checklist.yaml` is a valid list of checks that this tool has",
        "An item that nothing answers would block every promotion, or none.",
        "Name one of the checks. Use `manual` for what only a person can know.",
    ),
    Rule(
        "E716",
        "Every window names a time zone of the IANA database",
        "Without a time zone nobody can tell when the window is open.",
        "Write a name such as `Europe/Berlin`, or `UTC`.",
    ),
    Rule(
        "E718",
        "`releases/checklist.yaml` has an item for every check of this tool",
        "A person must not vouch for what the tool can prove. That would happen if an item became "
        "`manual` or were missing.",
        "Add an item with that check. If it must not block, add `required: false`.",
    ),
)
