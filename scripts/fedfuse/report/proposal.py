"""The text of a pull request that proposes an event."""

from fedfuse.report.escape import code, visible

_WHAT = {
    "promote": "This puts a release in production.",
    "rollback": "This takes production back, quarantines the release that serves, and holds "
    "promotions until an event lifts the hold.",
    "hold": "This holds promotions until an event lifts the hold.",
    "lift": "This lifts a hold, so that releases may be promoted again.",
    "yank": "This withdraws a version: releases without it are cut from what remains.",
    "waive": "This waives a gate, once, for the very bytes of one manifest.",
}


def body(kind: str, event: bytes, *, branch: str) -> str:
    """What the pull request of an event says: what it does, the event, and how to rehearse it."""
    lines = event.decode("utf-8", "replace").splitlines()
    quoted = "".join(f"    {visible(line)}\n" for line in lines)
    rehearsal = f"fedfuse check --base origin/main --head origin/{branch}"
    return (
        f"{_WHAT[kind]}\n\n{quoted}\n"
        f"Rehearse it: {code(rehearsal)}\n\n"
        "The branch is made anew when main moves; close this pull request to decline.\n"
    )
