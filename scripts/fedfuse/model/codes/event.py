"""E7: events. What holds for one kind alone stands with that kind, in `model/event_kinds.py`."""

from fedfuse.model.event_kinds import KINDS
from fedfuse.model.rule import Rule

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
    *(rule for kind in KINDS.values() for rule in kind.rules),
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
        "E718",
        "`releases/checklist.yaml` asks for every check that this tool has",
        "What a machine can know is never ticked by hand: an item that became `manual`, or is "
        "gone, would let a person vouch for what can be proven.",
        "Add an item with that check; `required: false` where it shall not block.",
    ),
)
