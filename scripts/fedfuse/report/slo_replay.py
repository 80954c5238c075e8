"""What `fedfuse slo replay` found: every minute in which an error budget burnt too fast."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from fedfuse.model.release import timestamp
from fedfuse.model.slo.burn import Health, ObjectiveVerdict
from fedfuse.model.slo.replay import MINUTE, Minute, Replay
from fedfuse.model.slo.wording import errors, rate
from fedfuse.report.blocks import Block, Code, Paragraph, Table, counted
from fedfuse.report.slo import verdict_document


def blocks(replays: Iterable[Replay]) -> Iterator[Block]:
    """Release by release: a sentence, and a row per objective and minute; quiet ones share one."""
    for replay in replays:
        yield Paragraph((Code(replay.release, ":"), _outcome(replay)))
        yield Table(("time", "objective", "windows"), [*_rows(replay)])


def document(replays: Iterable[Replay]) -> dict[str, Any]:
    """All releases as JSON holds them, each with the minutes that were not quiet."""
    return {"releases": [_document(one) for one in replays]}


def _outcome(replay: Replay) -> str:
    breach = replay.breach
    if breach is None:
        return f"healthy for {len(replay.minutes):,} minutes after {timestamp(replay.activated_at)}"
    after = (breach.at - replay.activated_at) // MINUTE
    names = ", ".join(one.objective.name for one in breach.breaches)
    return (
        f"breach of {names} at {timestamp(breach.at)}, {counted(after, 'minute')} after activation"
    )


def _rows(replay: Replay) -> Iterator[tuple[str, str, str]]:
    """A row per objective for each minute in which a budget burns, and one for what lies between.

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
            yield _clock(minutes[0]), words, _until(minutes)
            continue
        for minute in minutes:
            for one in minute.verdicts:
                if one.burning:
                    yield _clock(minute), one.objective.name, _burns(one)


def _burns(verdict: ObjectiveVerdict) -> str:
    """The burn of every window, the errors of the longest, and a breach."""
    windows = [one for pair in verdict.pairs for one in pair.windows]
    burns = (f"{window.name} {rate(burn):>6}" for window, _, burn in windows)
    longest = max((pair.long for pair in verdict.pairs), key=lambda count: count.total)
    breach = ("breach",) if verdict.health is Health.BREACH else ()
    return ", ".join((*burns, errors(longest), *breach))


def _until(minutes: list[Minute]) -> str:
    return f"to {_clock(minutes[-1])}" if len(minutes) > 1 else ""


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
