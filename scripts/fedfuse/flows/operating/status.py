"""Answers "what is released, what serves, what waits" from git alone."""

from datetime import datetime
from itertools import chain, islice

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history import main_clock, windows
from fedfuse.flows.history.ledger import Ledger, members
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.serving_history import History, history
from fedfuse.flows.history.tags import Release
from fedfuse.model import cadence
from fedfuse.model.registry import Registry
from fedfuse.model.serving import Event, Serving
from fedfuse.model.status import Due, ListedRelease, Promotion, Status


def status(repository: Repository, *, until: str, limit: int, now: datetime) -> Status:
    """Read the state of the registry at a commit of main.

    `now` is for the next window, and for whether main is dated later. Raises RegistryError for a
    broken registry.yaml and GitError for a shallow clone.
    """
    found = history(repository, until=until)
    ledger, snapshot = found.ledger, found.ledger.snapshot(found.commit)
    composition = snapshot.engine.compose(ledger.state, snapshot)
    refs = ledger.tagged.refs
    listed = tuple(islice(chain(reversed(ledger.computed), ledger.carried()), limit))
    return Status(
        commit=found.commit,
        serves=found.newest(),
        holds=_holds(found),
        promotion=_promotion(snapshot.registry(), now),
        due=_due(snapshot.registry(), found.newest().state, listed[0].tag if listed else "", now),
        releases=tuple(_listed(one, tagged=refs.get(one.tag) == one.oid) for one in listed),
        total=len(ledger.computed) + len(ledger.believed()),
        waiting=tuple((wait.ref, wait.reason) for wait in composition.waits),
        missing_roles=composition.missing_roles,
        withheld=_ahead(ledger, now) or ledger.withheld.get(found.commit, ""),
        yanked=tuple(sorted(ledger.state.yanked)),
        revoked=tuple(sorted(ledger.state.revoked)),
        unhealthy=_unhealthy(found, now),
        refused=tuple(one.judged.path for one in ledger.refused),
    )


def _ahead(ledger: Ledger, now: datetime) -> str:
    found = main_clock.ahead(ledger, now)
    return f"main waits: {found.place} is dated {found.found}, later than now" if found else ""


def _holds(found: History) -> tuple[Event, ...]:
    holding = found.turns[-1].state.holds if found.turns else frozenset()
    landed = {event.number: event for turn in found.turns for event in turn.events}
    return tuple(landed[number] for number in sorted(holding))


def _unhealthy(found: History, now: datetime) -> tuple[str, ...]:
    main_state = MainState.of(found.ledger, found.commit, now)
    placed = filter(None, (main_state.serving.production, *main_state.serving.warm))
    return tuple(filter(None, map(main_state.why_unhealthy, placed)))


def _promotion(registry: Registry, now: datetime) -> Promotion:
    """The next promotion window. Raises RegistryError for a time zone that is not known here."""
    among = windows.promotion(registry)
    if not among:
        return Promotion(now, now)
    opens = cadence.next_opening(among, now, windows.zone)
    named = (str(one) for one in among if one.next_opening(now, windows.zone) == opens)
    return Promotion(now, opens, next(named) if opens else "")


def _due(registry: Registry, serving: Serving, candidate: str, now: datetime) -> Due:
    """What is due where `candidate` is the newest release, or empty."""
    is_new = candidate not in {"", serving.production, *serving.quarantined}
    promoting = is_new and windows.is_due(windows.promotion(registry), now)
    return Due(
        promote=candidate if promoting else "",
        candidates=windows.is_due(windows.candidates(registry), now),
    )


def _listed(one: Release, *, tagged: bool) -> ListedRelease:
    record = one.record
    return ListedRelease(
        tag=one.tag,
        tag_object=one.oid,
        commit=one.commit,
        created=str(record["created"]),
        bump=str(record["bump"]),
        members=members(record),
        tagged=tagged,
    )
