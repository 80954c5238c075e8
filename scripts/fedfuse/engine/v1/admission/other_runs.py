"""The runs that evidence may not repeat: every version, and every measurer, is measured anew."""

from collections.abc import Iterator

from fedfuse.engine.interface import Snapshot
from fedfuse.model import evaluation
from fedfuse.model.change import DataFile, data_file
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.version import split_ref

Run = tuple[str, str]
"""Path of a run's evidence, and what it measured."""


def before_manifest(place: DataFile, base: Snapshot) -> Iterator[Run]:
    """The evidence of earlier versions of the unit, and what anybody measured of them since.

    What repeats an earlier run is to blame, never the earlier run: later files do not count, so
    that a work tree which holds both names the right one.
    """
    unit = f"{place.owner}/{place.unit}"
    for version in base.versions(unit):
        if version < place.version:
            yield f"manifests/{unit}/v{version}.evidence.csv", f"{unit}@v{version}"
    for by in _measurers(base):
        for file in _evaluations(base, by, unit):
            subject = evaluation.subject_of(file)
            if split_ref(subject)[1] < place.version:
                yield _run(by, subject, file.version)


def before_evaluation(place: DataFile, base: Snapshot) -> Iterator[Run]:
    """The evidence of every version of the unit, and of what everybody measured of this one.

    Of what is on main already only the runs that came first count, as far as numbers tell.
    """
    subject = evaluation.subject_of(place)
    unit, measured = split_ref(subject)
    landed = bool(base.tree.digest(place.path))
    for version in base.versions(unit):
        if version <= measured or not landed:
            yield f"manifests/{unit}/v{version}.evidence.csv", f"{unit}@v{version}"
    for by in _measurers(base):
        number = 1
        while base.tree.digest(f"{evaluation.stem(by, subject, number)}.csv"):
            is_itself = (by, number) == (place.owner, place.version)
            is_later = landed and by == place.owner and number > place.version
            if not (is_itself or is_later):
                yield _run(by, subject, number)
            number += 1


def _measurers(base: Snapshot) -> tuple[str, ...]:
    return (REGISTRY, *base.registry().providers)


def _evaluations(base: Snapshot, by: str, unit: str) -> Iterator[DataFile]:
    """What somebody measured of a unit's versions."""
    folder, start = f"manifests/{by}/evaluations", f"{unit.replace('/', '.')}.v"
    for name in base.tree.names(folder):
        file = data_file(f"{folder}/{name}") if name.startswith(start) else None
        if file is not None and file.kind == "evaluation":
            yield file


def _run(by: str, subject: str, number: int) -> Run:
    what = f"Evaluation e{number} of {subject} by {by}"
    return f"{evaluation.stem(by, subject, number)}.csv", what
