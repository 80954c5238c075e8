"""What served when and why, from git alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from fedfuse.adapters.git.repository import Commit, Repository
from fedfuse.engine.interface import Engine, Snapshot
from fedfuse.errors import UsageError
from fedfuse.flows.history import event_files
from fedfuse.flows.history.ledger import Ledger, fold_history, members
from fedfuse.model.change import data_file
from fedfuse.model.serving import Event, Serving
from fedfuse.model.timeline import EventCommit, Moment, Turn, served_at

_TOLD = "history"
"""Kind of the histories in a ledger's cache."""


@dataclass(frozen=True, slots=True)
class History:
    """Every turn of what serves, up to one commit of main."""

    commit: str
    turns: tuple[Turn, ...]
    """Oldest first."""
    ledger: Ledger

    def turns_of(self, unit: str) -> tuple[Turn, ...]:
        """The turns at which another version of a unit came to serve, or none any more.

        All turns for an empty unit. Raises UsageError for a unit nobody ever knew.
        """
        if not unit:
            return self.turns
        self._prove(unit)
        served = [None, *(self._members(turn.state.production).get(unit) for turn in self.turns)]
        return tuple(
            replace(turn, members={unit: new} if new else {})
            for turn, (old, new) in zip(self.turns, pairwise(served), strict=True)
            if old != new
        )

    def newest(self) -> Moment:
        """What serves since the last turn; the moment is that turn's, or the start of time."""
        return self.at(self.turns[-1].at if self.turns else datetime.min.replace(tzinfo=UTC))

    def at(self, moment: datetime, *, unit: str = "") -> Moment:
        """What served at a moment; of its members only the unit, if one is named.

        Raises UsageError for a unit nobody ever knew.
        """
        self._prove(unit)
        found = served_at(self.turns, moment)
        members = self._members(found.state.production).items()
        return replace(found, members={u: v for u, v in members if unit in {"", u}})

    def _prove(self, unit: str) -> None:
        if not unit:
            return
        listed = self.ledger.snapshot(self.commit).registry().units
        promoted = {turn.state.production for turn in self.turns}
        if unit not in listed and all(unit not in self._members(tag) for tag in promoted):
            fix = f"use one of: {', '.join(sorted(listed))}"
            raise UsageError(f"there is no unit {unit!r:.100}", fix=fix)

    def _members(self, tag: str) -> Mapping[str, int]:
        """Unit to its member version in a release; empty for a tag that is no release of main."""
        found = self.ledger.release(tag) if tag else None
        return members(found.record) if found else {}


def history(repository: Repository, *, until: str) -> History:
    """Read every turn of what served, up to a commit of main.

    Only the commits that touch event files are read, each file once. Events are read by the schema
    on that commit, as `status` reads them. Raises what `fold_history` raises.
    """
    commit = repository.resolve(until)
    touching = _touching(repository, commit)  # git reads it while main's newest part is folded
    ledger = fold_history(repository, commit)
    found = _told(ledger, commit, touching)
    ledger.cache[_TOLD, commit] = found
    return found


def of_ledger(ledger: Ledger, commit: str) -> History:
    """Every turn of what served, up to a commit that the ledger has folded; told once a ledger."""
    key = (_TOLD, commit)
    if key not in ledger.cache:
        ledger.cache[key] = _told(ledger, commit, _touching(ledger.repository, commit))
    found: History = ledger.cache[key]
    return found


def turns(landings: Iterable[EventCommit], rules: Engine) -> tuple[Turn, ...]:
    """One turn for each landing, oldest first.

    Each state is what all events that stand at that commit make together, so that main's history
    and main's files never disagree. Costs one step for an event that follows all others.
    """
    known: dict[int, Event] = {}
    state, made = Serving(), list[Turn]()
    for landing in landings:
        before, following = state, min(landing.events, default=0) > max(known, default=0)
        landed = tuple(e for _, e in sorted(landing.events.items()) if e is not None)
        for number, event in landing.events.items():
            known.pop(number, None)
            known |= {number: event} if event is not None else {}
        if following:
            for event in landed:
                state = rules.serve(state, event)
        else:
            state = rules.serving(known.values())
        at = max(landing.at, made[-1].at) if made else landing.at
        made.append(Turn(at, landing.commit, landed, state, before))
    return tuple(made)


def _touching(repository: Repository, commit: str) -> Iterator[Commit]:
    return repository.first_parent(after=None, until=commit, path=event_files.FOLDER)


def _told(ledger: Ledger, commit: str, touching: Iterator[Commit]) -> History:
    snapshot, commits = ledger.snapshot(commit), tuple(touching)
    files = (change.new_oid for one in commits for change in one.changes)
    bodies = ledger.repository.objects.bodies(files)
    read = ((one, dict(_events(snapshot, one, bodies))) for one in commits)
    landings = (EventCommit(one.sha, one.committed_at, events) for one, events in read if events)
    return History(commit, turns(landings, snapshot.engine), ledger)


def _events(
    snapshot: Snapshot, commit: Commit, bodies: Mapping[str, bytes]
) -> Iterator[tuple[int, Event | None]]:
    """The events that a commit put on main, by number."""
    for change in commit.changes:
        file = data_file(change.path)
        if file and file.kind == "event":
            event = snapshot.engine.event(snapshot, bodies.get(change.new_oid, b""), change.path)
            is_whole = event is not None and snapshot.engine.counts(snapshot, event)
            yield file.version, event if is_whole else None
