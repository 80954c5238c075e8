"""The text of a pull request that proposes an event."""

from fedfuse.model.event_kinds import KINDS
from fedfuse.report.escape import code, visible

_MAX_LINE = 6_000
"""Characters of a line of an event that are shown: all of the longest reason, escapes included."""
_MAX_COMMAND = 400


def body(kind: str, event: bytes, *, branch: str) -> str:
    """What the pull request of an event says: what it does, the event, and how to rehearse it.

    Nothing in the event is active. Never raises for what is no event.
    """
    rehearsal = f"fedfuse check --base origin/main --head origin/{branch}"
    return (
        f"{KINDS[kind].effect}\n\n{_quoted(event)}\n"
        f"Rehearse it: {code(rehearsal, limit=_MAX_COMMAND)}\n\n"
        "The branch is made anew when main moves; close this pull request to decline.\n"
    )


def shows(text: str, event: bytes) -> bool:
    """Whether the text of a pull request, however people edited it, still shows this event."""
    return _quoted(event) in text.replace("\r\n", "\n")


def _quoted(event: bytes) -> str:
    """The event as a block of code, which no line of it can end."""
    lines = event.decode("utf-8", "replace").splitlines()
    return "".join(f"    {visible(line, limit=_MAX_LINE)}\n" for line in lines)
