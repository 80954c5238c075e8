"""The runs that evidence may not repeat: every version, and every measurer, is measured anew."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from fedfuse.engine.interface import Snapshot
from fedfuse.model import evaluation
from fedfuse.model.change import DataFile, data_file
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.version import split_ref

Repeats = Callable[[str], str]
"""The digest of evidence to the run on main that it repeats; empty when it repeats none."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One run on main."""

    evidence: str
    """Path of its evidence."""
    version: int
    """The version that it measured."""
    what: str
    """The run as findings name it."""


def before_manifest(place: DataFile, base: Snapshot) -> Repeats:
    """The evidence of earlier versions of the unit, and what anybody measured of them since.

    What repeats an earlier run is to blame, never the earlier run: later files do not count, so
    that a work tree which holds both names the right one.
    """

    def repeated(digest: str) -> str:
        runs = _runs_of(f"{place.owner}/{place.unit}", base).get(digest, [])
        return next((run.what for run in runs if run.version < place.version), "")

    return repeated


def before_evaluation(place: DataFile, base: Snapshot) -> Repeats:
    """The evidence of every version of the unit, and of what everybody measured of this one.

    Of what is on main already only the runs that came first count, as far as numbers tell.
    """

    def repeated(digest: str) -> str:
        runs = _before_evaluation(place, base)
        return next((run.what for run in runs if base.tree.digest(run.evidence) == digest), "")

    return repeated


def _before_evaluation(place: DataFile, base: Snapshot) -> Iterator[_Run]:
    subject = evaluation.subject_of(place)
    unit, measured = split_ref(subject)
    landed = bool(base.tree.digest(place.path))
    for run in _own(unit, base):
        if run.version <= measured or not landed:
            yield run
    for by in _measurers(base):
        number = 1
        while base.tree.digest(f"{evaluation.stem(by, subject, number)}.csv"):
            is_itself = (by, number) == (place.owner, place.version)
            is_later = landed and by == place.owner and number > place.version
            if not (is_itself or is_later):
                yield _remeasured(by, subject, number)
            number += 1


def _runs_of(unit: str, base: Snapshot) -> Mapping[str, list[_Run]]:
    """All runs of a unit by the digest of their evidence, in the order in which they are named.

    They are kept until a file of the unit or an Evaluation comes or goes, so that judging a whole
    unit takes time linear in its versions.
    """
    folders = (f"manifests/{unit}", *map(evaluation.evaluation_folder, _measurers(base)))
    state = tuple(map(base.tree.digest, folders))
    seen, runs = base.cache.get(("runs", unit), (None, {}))
    if seen != state:
        runs = {}
        for run in (*_own(unit, base), *_later(unit, base)):
            runs.setdefault(base.tree.digest(run.evidence), []).append(run)
        base.cache["runs", unit] = state, runs
    return cast("Mapping[str, list[_Run]]", runs)


def _measurers(base: Snapshot) -> tuple[str, ...]:
    return (REGISTRY, *base.registry().providers)


def _own(unit: str, base: Snapshot) -> Iterator[_Run]:
    """The runs that the unit's versions shipped, oldest first."""
    for version in base.versions(unit):
        yield _Run(f"manifests/{unit}/v{version}.evidence.csv", version, f"{unit}@v{version}")


def _later(unit: str, base: Snapshot) -> Iterator[_Run]:
    """What anybody measured of the unit's versions since."""
    start = f"{unit.replace('/', '.')}.v"
    for by in _measurers(base):
        folder = evaluation.evaluation_folder(by)
        for name in base.tree.names(folder):
            file = data_file(f"{folder}/{name}") if name.startswith(start) else None
            if file is not None and file.kind == "evaluation":
                yield _remeasured(by, evaluation.subject_of(file), file.version)


def _remeasured(by: str, subject: str, number: int) -> _Run:
    evidence = f"{evaluation.stem(by, subject, number)}.csv"
    return _Run(evidence, split_ref(subject)[1], f"Evaluation e{number} of {subject} by {by}")
