"""Answers "what is released, what serves, what waits" from git alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows import composing
from fedfuse.flows.ledger import fold_history, members
from fedfuse.flows.tags import Release
from fedfuse.model.serving import Serving


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """One release as `status` lists it."""

    tag: str
    tag_object: str
    """Id of the annotated tag, which proves the release wherever it is pulled from."""
    commit: str
    created: str
    bump: str
    members: Mapping[str, int]
    tagged: bool
    """Whether this clone has exactly that tag."""


@dataclass(frozen=True, slots=True)
class Status:
    """The registry at one commit of main."""

    commit: str
    namespace: str
    serving: Serving
    releases: tuple[ListedRelease, ...]
    """Newest first; at most as many as were asked for."""
    total: int
    """How many releases main has, tagged or not."""
    waiting: tuple[tuple[str, str], ...]
    """Ref of an admitted version that is no member, and what it waits for."""
    missing_roles: tuple[str, ...]
    refused: tuple[str, ...]
    """Manifests on main since the newest release that did not pass."""


def status(repository: Repository, *, until: str, limit: int) -> Status:
    """Read the state of the registry at a commit of main.

    Raises RegistryError for a broken registry.yaml and GitError for a shallow clone.
    """
    commit = repository.resolve(until)
    ledger = fold_history(repository, commit)
    snapshot = ledger.snapshot(commit)
    composed = composing.compose(ledger.state, snapshot)
    refs = ledger.tagged.refs
    known = chain(reversed(ledger.computed), ledger.carried())
    return Status(
        commit=commit,
        namespace=snapshot.registry().namespace,
        serving=ledger.serving(commit),
        releases=tuple(
            _listed(one, tagged=refs.get(one.tag) == one.oid) for one in islice(known, limit)
        ),
        total=len(ledger.computed) + len(ledger.believed()),
        waiting=tuple((wait.ref, wait.reason) for wait in composed.composition.waits),
        missing_roles=composed.composition.missing_roles,
        refused=tuple(one.judged.shipment.path for one in ledger.refused),
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
