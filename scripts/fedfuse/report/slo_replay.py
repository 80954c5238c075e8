"""What `fedfuse slo replay` prints: every minute in which an error budget burnt too fast."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from fedfuse.model.release import timestamp
from fedfuse.model.slo.burn import Health, ObjectiveVerdict
from fedfuse.model.slo.replay import MINUTE, Minute, Replay
from fedfuse.model.slo.wording import errors, rate
from fedfuse.report.escape import code, log_line, table_row
from fedfuse.report.slo import verdict_document


def text(replays: Iterable[Replay]) -> str:
    """Plain lines for a terminal: release by release, quiet minutes in one line."""
    blocks = (_lines(one) for one in replays)
    return "\n".join("".join(f"{log_line(line)}\n" for line in block) for block in blocks)


def markdown(replays: Iterable[Replay]) -> str:
    """One table per release, below a sentence."""
    return "\n".join(_table(one) for one in replays)


def document(replays: Iterable[Replay]) -> dict[str, Any]:
    """All releases as JSON holds them, each with the minutes that were not quiet."""
    return {"releases": [_document(one) for one in replays]}


def _lines(replay: Replay) -> Iterator[str]:
    yield headline(replay)
    for when, rows in _stretches(replay):
        for at, row in zip((when, *[" " * len(when)] * len(rows)), rows, strict=False):
            yield f"  {at}  {'  '.join(row)}"


def _table(replay: Replay) -> str:
    lines = [f"{code(replay.release)}: {_outcome(replay)}", ""]
    lines += [table_row(("time", "objective", "windows")), table_row(("---",) * 3)]
    for when, rows in _stretches(replay):
        for name, *cells in rows:
            windows = ", ".join(" ".join(cell.split()) for cell in cells)
            lines.append(table_row((when, name.strip(), windows)))
    return "\n".join((*lines, ""))


def headline(replay: Replay) -> str:
    """What happened to a release, in one line."""
    return f"{replay.release}: {_outcome(replay)}"


def _outcome(replay: Replay) -> str:
    breach = replay.breach
    if breach is None:
        return f"healthy for {len(replay.minutes):,} minutes after {timestamp(replay.activated_at)}"
    after = (breach.at - replay.activated_at) // MINUTE
    names = ", ".join(one.objective.name for one in breach.breaches)
    return f"breach of {names} at {timestamp(breach.at)}, {after:,} minutes after activation"


def _stretches(replay: Replay) -> Iterator[tuple[str, Sequence[tuple[str, ...]]]]:
    """Each minute in which a budget burns, with a row per objective, and what lies between.

    What follows the breach is one stretch: the release would not have served any more.
    """
    breach = replay.breach

    def between(minute: Minute) -> str:
        if breach is not None and minute.at > breach.at:
            return "rolled back"
        return "quiet" if minute.quiet else ""

    for words, group in groupby(replay.minutes, key=between):
        minutes = list(group)
        if words:
            yield _stretch(minutes[0], minutes[-1]), [(words,)]
            continue
        for minute in minutes:
            yield _clock(minute), [_row(one) for one in minute.verdicts if one.burning]


def _row(verdict: ObjectiveVerdict) -> tuple[str, ...]:
    """Objective, the burn of every window, the errors of the longest, and a breach."""
    burns = (
        (window.name, rate(burn))
        for pair in verdict.pairs
        for window, burn in zip((pair.pair.long, pair.pair.short), pair.burns, strict=True)
    )
    longest = max((pair.long for pair in verdict.pairs), key=lambda count: count.total)
    cells = [f"{verdict.objective.name:12}", *(f"{name} {burn:>6}" for name, burn in burns)]
    cells.append(errors(longest))
    if verdict.health is Health.BREACH:
        cells.append("breach")
    return tuple(cells)


def _stretch(first: Minute, last: Minute) -> str:
    return _clock(first) if first is last else f"{_clock(first)} to {_clock(last)}"


def _clock(minute: Minute) -> str:
    return minute.at.strftime("%Y-%m-%d %H:%MZ")


def _document(replay: Replay) -> dict[str, Any]:
    breach = replay.breach
    return {
        "release": replay.release,
        "activated_at": timestamp(replay.activated_at),
        "minutes": len(replay.minutes),
        "breach": {
            "at": timestamp(breach.at),
            "objectives": [one.objective.name for one in breach.breaches],
            "minutes_after_activation": (breach.at - replay.activated_at) // MINUTE,
        }
        if breach
        else None,
        "burning": [
            {
                "at": timestamp(minute.at),
                "objectives": [verdict_document(one) for one in minute.verdicts],
            }
            for minute in replay.minutes
            if not minute.quiet
        ],
    }
