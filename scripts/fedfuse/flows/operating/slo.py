"""Checks the objectives of a release against counted traffic, and says what has to follow."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from fedfuse.adapters import sli_file
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.adapters.prometheus import Prometheus
from fedfuse.adapters.sli_file import SliFile
from fedfuse.engine.interface import Snapshot
from fedfuse.errors import RemoteError, UsageError
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.serving_history import History
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted
from fedfuse.model.release import timestamp
from fedfuse.model.slo.activation import Activation, activation, rolled_back_at
from fedfuse.model.slo.burn import Health, ObjectiveVerdict, evaluate
from fedfuse.model.slo.counters import Sample
from fedfuse.model.slo.objective import LONGEST_SECONDS, SLOWEST_SECONDS, Objective, of_registry
from fedfuse.model.slo.outcome import PATIENCE, Action, Outcome
from fedfuse.model.slo.replay import Replay, replay, spans
from fedfuse.model.slo.wording import sentence

PROMETHEUS = "prometheus:"
MAX_REPLAY = timedelta(days=31)
_LONGEST = timedelta(seconds=LONGEST_SECONDS)
_SLOWEST = timedelta(seconds=SLOWEST_SECONDS)


class SliReader(Protocol):
    """Where counters of requests come from."""

    @property
    def place(self) -> str:
        """The source, for messages."""

    def read(
        self, release: str, objectives: Sequence[Objective], *, start: datetime, end: datetime
    ) -> tuple[Sample, ...]:
        """The samples of a release within `[start, end]`, in any order."""


def reader(source: str, *, token: str) -> SliReader | tuple[Finding, ...]:
    """What reads a source: `prometheus:URL`, or the path of a file of JSON lines.

    Findings for a file that is wrong. Raises UsageError for an address that is none, FedfuseError
    for a file that cannot be read. The token is Prometheus'.
    """
    if source.startswith(PROMETHEUS):
        return Prometheus(source.removeprefix(PROMETHEUS), token)
    return sli_file.load(Path(source))


def objectives(repository: Repository, *, until: str) -> tuple[str, tuple[Objective, ...]]:
    """The release name and the objectives of a registry at a commit of main.

    Raises UsageError when it has no objectives, RegistryError when its registry.yaml is broken.
    """
    return _objectives(snapshots.of(CommitTree(repository, repository.resolve(until))))


def _objectives(snapshot: Snapshot) -> tuple[str, tuple[Objective, ...]]:
    registry = snapshot.registry()
    if found := of_registry(registry.slo):
        return registry.release_name, found
    raise UsageError("registry.yaml has no objectives", fix="add an `slo` section to registry.yaml")


def check(past: History, source: SliReader, *, release: str, now: datetime) -> Outcome:
    """Judge what serves after a commit of main (or another release that once served) at a moment.

    An empty `release` means production. Raises UsageError when the registry has no objectives and
    for a release that did not serve by `now`, RemoteError when nothing has been counted of it, and
    what the source raises.
    """
    _, wanted = _objectives(past.ledger.snapshot(past.commit))
    served = activation(past.turns, release, now=now)
    if served is None:
        who = f"{quoted(release)} had not come" if release else "no release had come"
        raise UsageError(
            f"{who} to serve by {timestamp(now)}",
            fix="promote a release, or name one with --release that fedfuse history lists",
        )
    verdicts = _verdicts(source, wanted, served, now)
    main_state = MainState.of(past.ledger, past.commit, now)
    action, reason = _action(verdicts, served, main_state, last=rolled_back_at(past.turns, now=now))
    to = main_state.way_back() if action is Action.ROLLBACK else ""
    return Outcome(served, now, verdicts, action, reason, to)


def _verdicts(
    source: SliReader, wanted: Sequence[Objective], served: Activation, now: datetime
) -> tuple[ObjectiveVerdict, ...]:
    start = max(served.at, now - _SLOWEST)
    samples = source.read(served.release, wanted, start=start, end=now)
    verdicts = evaluate(wanted, samples, release=served.release, activated_at=served.at, now=now)
    silent = all(verdict.health is Health.SILENT for verdict in verdicts)
    if silent and now - served.at > PATIENCE:
        raise RemoteError(
            f"{source.place} has no recent counters of {served.release}",
            fix="let the nodes expose them, as fedfuse slo --help says",
        )
    return verdicts


def _action(
    verdicts: Sequence[ObjectiveVerdict],
    served: Activation,
    main_state: MainState,
    *,
    last: datetime | None,
) -> tuple[Action, str]:
    """What follows, and why: one automatic rollback within the longest window, then people.

    `last` is when a breach last rolled production back.
    """
    breached = any(verdict.health is Health.BREACH for verdict in verdicts)
    slow = next((verdict for verdict in verdicts if verdict.slow_burn), None)
    if not breached and slow is None:
        return Action.NONE, "no objective is in breach"
    if served.release != main_state.serving.production:
        return Action.NONE, f"it serves no longer: {main_state.serving.production} does"
    if slow and not breached:
        return Action.TELL, sentence(slow)
    if last is not None and main_state.now - last < _LONGEST:
        return Action.PAGE, f"production was rolled back at {timestamp(last)} already"
    if to := main_state.way_back():
        return Action.ROLLBACK, f"{to} is the newest healthy warm release"
    return Action.PAGE, "no warm release is healthy, so there is none to go back to"


def breach_event(outcome: Outcome) -> Mapping[str, Any]:
    """The fields of the rollback event that a breach asks for, all but its number.

    Raises ValueError for an outcome whose action is no rollback.
    """
    if outcome.action is not Action.ROLLBACK or outcome.breach is None:
        raise ValueError("only a rollback has an event")
    return {
        "kind": "rollback",
        "from": outcome.activation.release,
        "to": outcome.to,
        "reason": sentence(outcome.breach),
        "counters": dict(outcome.counters),
        "breach_key": outcome.breach_key,
    }


def replays(file: SliFile, wanted: Sequence[Objective], *, release: str = "") -> tuple[Replay, ...]:
    """What the objectives would have said of the releases in a file, in order of appearance.

    A release is taken as activated with its first sample. An empty `release` means all of them.
    Raises UsageError for a release that the file has no samples of, and for more than 31 days.
    """
    found = spans(file.samples)
    if release and release not in found:
        raise UsageError(
            f"{file.place} has no samples of {quoted(release)}",
            fix=f"name one of {', '.join(found) or 'those in another file'}",
        )
    chosen = {release: found[release]} if release else found
    for name, (first, last) in chosen.items():
        if last - first > MAX_REPLAY:
            raise UsageError(
                f"the samples of {name} span {(last - first).days} days",
                fix=f"cut the file to at most {MAX_REPLAY.days} days",
            )
    return tuple(
        replay(wanted, file.samples, release=name, activated_at=first, until=last)
        for name, (first, last) in chosen.items()
    )
