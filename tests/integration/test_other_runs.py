"""Which runs evidence is held against: those that came first, and as many as are affordable."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.engine.interface import Snapshot
from fedfuse.engine.v1.admission import other_runs
from fedfuse.flows.history.ledger import fold_history
from fedfuse.model.change import DataFile, data_file
from tests.support.evaluations import remeasurement
from tests.support.registry import RegistrySandbox

CHAT = "hf/textgen-lora"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """Three versions of one unit, an Evaluation of the second, and another unit."""
    box = RegistrySandbox.create(tmp_path_factory.mktemp("runs") / "registry")
    for version in (1, 2, 3):
        box.land(CHAT, version, quality=0.8 + version / 20)
    box.land("aws/runtime-distilled")
    box.commit("measure", remeasurement(f"{CHAT}@v2", by="registry"))
    return box


@contextmanager
def base_of(box: RegistrySandbox) -> Iterator[Snapshot]:
    with Repository(box.root) as repository:
        main = repository.resolve("main")
        yield fold_history(repository, main).snapshot(main)


def at(path: str) -> DataFile:
    place = data_file(path)
    assert place is not None
    return place


def evaluation(version: int, number: int) -> DataFile:
    return at(f"manifests/registry/evaluations/hf.textgen-lora.v{version}.e{number}.yaml")


def test_a_new_evaluation_may_repeat_no_version_and_one_on_main_none_before_it(
    box: RegistrySandbox,
) -> None:
    """Whoever comes later is to blame; of what is on main already only the numbers tell."""
    with base_of(box) as base:
        third = base.tree.digest(f"manifests/{CHAT}/v3.evidence.csv")
        first = base.tree.digest(f"manifests/{CHAT}/v1.evidence.csv")
        new, landed = (
            other_runs.before_evaluation(evaluation(2, number), base) for number in (2, 1)
        )
        assert (new(third), new(first)) == (f"{CHAT}@v3", f"{CHAT}@v1")
        assert (landed(third), landed(first)) == ("", f"{CHAT}@v1")


def test_the_runs_of_a_unit_take_no_more_room_than_is_theirs(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_runs, "_OWN", 1)
    with base_of(box) as base:
        place = at(f"manifests/{CHAT}/v4.yaml")
        near = other_runs.near_manifest(place, base, subject="")
    assert [run.what for run in near] == [f"{CHAT}@v3", "aws/runtime-distilled@v1"]


def test_what_was_measured_of_a_subject_comes_before_the_rest_of_its_unit(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_runs, "_SUBJECT", 3)
    with base_of(box) as base:
        place = at("manifests/aws/inference-benchmark/v1.yaml")
        near = other_runs.near_manifest(place, base, subject=f"{CHAT}@v2")
    assert [run.what for run in near[:3]] == [
        f"Evaluation e1 of {CHAT}@v2 by registry",
        f"{CHAT}@v2",
        f"{CHAT}@v3",
    ]
