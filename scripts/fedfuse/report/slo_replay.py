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
    breach, slow = replay.breach, replay.slow_burn
    told = f"slow burn of {', '.join(slow.slow_burns)} at {timestamp(slow.at)}, " if slow else ""
    if breach is None:
        length = f"{len(replay.minutes):,} minutes after {timestamp(replay.activated_at)}"
        return f"{told}no breach for {length}" if told else f"healthy for {length}"
    after = (breach.at - replay.activated_at) // MINUTE
    names = ", ".join(one.objective.name for one in breach.breaches)
    when = f"{timestamp(breach.at)}, {counted(after, 'minute')} after activation"
    return f"{told}breach of {names} at {when}"


def _rows(replay: Replay) -> Iterator[tuple[str, str, str]]:
    """A row per objective for each minute in which a budget burns, and one for what lies between.

    What follows the breach is one stretch: the release would not have served any more.
    """
    for words, group in groupby(replay.minutes, key=lambda one: _stretch(one, replay.breach)):
        minutes = list(group)
        if words:
            yield _clock(minutes[0]), words, _until(minutes)
            continue
        for minute in minutes:
            for one in minute.verdicts:
                if one.burning:
                    yield _clock(minute), one.objective.name, _burns(one)


def _stretch(minute: Minute, breach: Minute | None) -> str:
    """What minutes are told by that share a row; empty for one that has its own."""
    if breach is not None and minute.at > breach.at:
        return "rolled back"
    if not minute.quiet:
        return ""
    return f"slow burn of {', '.join(minute.slow_burns)}" if minute.slow_burns else "quiet"


def _burns(verdict: ObjectiveVerdict) -> str:
    """The burn of every window, the errors of the longest, and what follows."""
    windows = [one for pair in verdict.pairs for one in pair.windows]
    burns = (f"{window.name} {rate(burn):>6}" for window, _, burn in windows)
    longest = max((pair.long for pair in verdict.pairs), key=lambda count: count.total)
    slow = ("slow burn",) if verdict.slow_burn else ()
    follows = ("breach",) if verdict.health is Health.BREACH else slow
    return ", ".join((*burns, errors(longest), *follows))


def _until(minutes: list[Minute]) -> str:
    return f"to {_clock(minutes[-1])}" if len(minutes) > 1 else ""


def _clock(minute: Minute) -> str:
    return minute.at.strftime("%Y-%m-%d %H:%MZ")


def _document(replay: Replay) -> dict[str, Any]:
    breach, slow = replay.breach, replay.slow_burn
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
        "slow_burn": {"at": timestamp(slow.at), "objectives": list(slow.slow_burns)}
        if slow
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
