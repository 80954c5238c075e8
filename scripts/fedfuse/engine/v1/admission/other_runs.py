"""The runs that evidence may not repeat: every version, and every measurer, is measured anew.

The same bytes are looked for among all runs of the unit. Timings are compared with at most 64 runs,
so that judging takes the same time in a registry of any size (ADR 22).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import cast

from fedfuse.engine.interface import Snapshot, Tree
from fedfuse.model import evaluation
from fedfuse.model.canonical import sha256
from fedfuse.model.change import DataFile, data_file
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.version import split_ref

Repeats = Callable[[str], str]
"""The digest of evidence to the run on main that it repeats; empty when it repeats none."""

_OWN, _SUBJECT, _ALL = 32, 16, 64
"""Runs of the unit, of a report's subject, and in all, that timings are compared with."""
_OTHER_UNITS = 16


@dataclass(frozen=True, slots=True)
class Run:
    """One run, on main or in the same change."""

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


def _before_evaluation(place: DataFile, base: Snapshot) -> Iterator[Run]:
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


def near_manifest(place: DataFile, base: Snapshot, *, subject: str) -> tuple[Run, ...]:
    """The runs whose timings the evidence of a manifest may not have, those that count most first.

    The newest runs of the unit before this version, the newest of the version that a report
    measures, and the newest of other units. `subject` is empty for a model.
    """
    own = (
        r for r in _newest_first(f"{place.owner}/{place.unit}", base) if r.version < place.version
    )
    measured = _measured(subject, base) if subject else ()
    return _near(own, measured, place=place, base=base)


def near_evaluation(place: DataFile, base: Snapshot) -> tuple[Run, ...]:
    """The runs whose timings the evidence of an Evaluation may not have."""
    newest = reversed(tuple(_before_evaluation(place, base)))
    return _near(newest, (), place=place, base=base)


def in_change(documents: Iterable[str], head: Tree) -> Iterator[Run]:
    """The runs of manifests and Evaluations of one change, as far as they have evidence there."""
    for path in documents:
        file = data_file(path)
        if file is None:
            continue
        ending = ".evidence.csv" if file.kind == "manifest" else ".csv"
        evidence = path.removesuffix(".yaml") + ending
        if head.digest(evidence):
            yield Run(evidence, file.version, f"{path} of this change")


def _near(
    own: Iterable[Run], measured: Iterable[Run], *, place: DataFile, base: Snapshot
) -> tuple[Run, ...]:
    """At most 64 runs. What is on main already is to blame for no run of another unit.

    Their order is not known, so a work tree that holds a copy would blame the original too.
    """
    landed = bool(base.tree.digest(place.path))
    near = [*islice(own, _OWN), *islice(measured, _SUBJECT)]
    others = () if landed else _of_other_units(f"{place.owner}/{place.unit}", base)
    known = {run.evidence for run in near}
    more = (run for run in others if run.evidence not in known)
    return (*near, *islice(more, _ALL - len(near)))


def _measured(subject: str, base: Snapshot) -> Iterator[Run]:
    """What anybody measured of one version and of its unit, that version first."""
    unit, version = split_ref(subject)
    runs = tuple(_newest_first(unit, base))
    yield from (run for run in runs if run.version == version)
    yield from (run for run in runs if run.version != version)


def _of_other_units(unit: str, base: Snapshot) -> Iterator[Run]:
    """The newest runs of 16 other units, then those before them, and so on.

    Where there are more units, the ones that count change with every commit of main, so that
    nobody knows in advance which runs would not be compared.
    """
    units = sorted(other for other in base.registry().units if other != unit)
    if len(units) > _OTHER_UNITS:
        seed = base.tree.digest("manifests")
        units.sort(key=lambda other: sha256(f"{seed} {other}".encode()))
    columns = (_newest_first(other, base) for other in units[:_OTHER_UNITS])
    return (run for run in chain.from_iterable(zip_longest(*columns)) if run)


def _newest_first(unit: str, base: Snapshot) -> Iterator[Run]:
    """The runs of a unit, those of its newest version first, and there the latest first."""
    runs = sorted((*_later(unit, base), *_own(unit, base)), key=lambda run: -run.version)
    return (run for run in runs if base.tree.digest(run.evidence))


def _runs_of(unit: str, base: Snapshot) -> Mapping[str, list[Run]]:
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
    return cast("Mapping[str, list[Run]]", runs)


def _measurers(base: Snapshot) -> tuple[str, ...]:
    return (REGISTRY, *base.registry().providers)


def _own(unit: str, base: Snapshot) -> Iterator[Run]:
    """The runs that the unit's versions shipped, oldest first."""
    for version in base.versions(unit):
        yield Run(f"manifests/{unit}/v{version}.evidence.csv", version, f"{unit}@v{version}")


def _later(unit: str, base: Snapshot) -> tuple[Run, ...]:
    """What anybody measured of the unit's versions since."""
    folders = tuple(map(evaluation.evaluation_folder, _measurers(base)))
    state = tuple(map(base.tree.digest, folders))
    seen, runs = base.cache.get(("later runs", ""), (None, {}))
    if seen != state:
        runs = {}
        for by, folder in zip(_measurers(base), folders, strict=True):
            for name in base.tree.names(folder):
                file = data_file(f"{folder}/{name}")
                if file is not None and file.kind == "evaluation":
                    subject = evaluation.subject_of(file)
                    run = _remeasured(by, subject, file.version)
                    runs.setdefault(split_ref(subject)[0], []).append(run)
        base.cache["later runs", ""] = state, runs
    return tuple(runs.get(unit, ()))


def _remeasured(by: str, subject: str, number: int) -> Run:
    evidence = f"{evaluation.stem(by, subject, number)}.csv"
    return Run(evidence, split_ref(subject)[1], f"Evaluation e{number} of {subject} by {by}")
