"""E7: events. What holds for one kind alone stands with that kind, in `model/event_kinds.py`."""

from fedfuse.model.event_kinds import KINDS
from fedfuse.model.rule import rules

_COMMON = rules("""
E701: The number in an event is the number of its file name
  Why: The number orders the events, so it must be the same in both places.
  Fix: Write the number of the file name into `number`.
E702: Events are numbered without a gap
  Why: An event could later land in the gap and change the past.
  Fix: Rename the file to the next number on main.
E715: `releases/checklist.yaml` is a valid list of checks that this tool has
  Why: An item that nothing answers would block every promotion, or none.
  Fix: Name one of the checks. Use `manual` for what only a person can know.
E716: Every window names a time zone of the IANA database
  Why: Without a time zone nobody can tell when the window is open.
  Fix: Write a name such as `Europe/Berlin`, or `UTC`.
E718: `releases/checklist.yaml` has an item for every check of this tool
  Why: A person must not vouch for what the tool can prove. That would happen if an item became
       `manual` or were missing.
  Fix: Add an item with that check. If it must not block, add `required: false`.
""")
RULES = (*_COMMON, *(rule for kind in KINDS.values() for rule in kind.rules))
