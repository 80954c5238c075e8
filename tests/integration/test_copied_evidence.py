"""Evidence that was made from other evidence is refused by name, whoever has the other."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.evidence import Row
from fedfuse.model.finding import Finding
from tests.support.evaluations import remeasurement
from tests.support.registry import RegistrySandbox

Manipulation = Callable[[tuple[Row, ...]], tuple[Row, ...]]
CHAT = "hf/textgen-lora"


def run(seed: int, step_ms: float = 0.1) -> Callable[[Iterable[Row]], tuple[Row, ...]]:
    """An honest run: an item's timing follows from its length, and from noise with a heavy tail."""

    def measured(rows: Iterable[Row]) -> tuple[Row, ...]:
        lengths, noise = random.Random("lengths"), random.Random(seed)  # noqa: S311 - made-up timings
        found = []
        for row in rows:
            stalls = noise.paretovariate(3) if noise.random() < 0.05 else 1.0
            took = 100 * lengths.lognormvariate(0, 0.2) * noise.lognormvariate(0, 0.02) * stalls
            found.append(replace(row, latency_ms=round(round(took / step_ms) * step_ms, 1)))
        return tuple(found)

    return measured


def made_from(seed: int, change: Manipulation) -> Callable[[Iterable[Row]], tuple[Row, ...]]:
    """A run that was made from the run of a seed."""
    return lambda rows: change(run(seed)(rows))


def timed(change: Callable[[float], float]) -> Manipulation:
    """A manipulation of every timing."""
    return lambda rows: tuple(
        replace(row, latency_ms=round(change(row.latency_ms), 1)) for row in rows
    )


def three_scores_changed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(replace(row, score=1.0) if at < 3 else row for at, row in enumerate(rows))


def permuted(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    timings = [row.latency_ms for row in rows]
    random.Random(5).shuffle(timings)  # noqa: S311 - no secret
    return tuple(replace(r, latency_ms=ms) for r, ms in zip(rows, timings, strict=True))


def a_fifth_measured_anew(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    anew = run(77)(rows)
    return tuple(
        row if at % 5 else mine for at, (row, mine) in enumerate(zip(rows, anew, strict=True))
    )


def as_a_baseline(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The copied timings stand as those of the baseline."""
    mine = run(77)(rows)
    return tuple(
        replace(row, baseline_latency_ms=copied.latency_ms)
        for row, copied in zip(mine, rows, strict=True)
    )


MANIPULATIONS: dict[str, Manipulation] = {
    "three score cells changed": three_scores_changed,
    "every latency 1 ms more": timed(lambda ms: ms + 1),
    "every latency 1 % more": timed(lambda ms: ms * 1.01),
    "scaled and shifted": timed(lambda ms: ms * 0.93 + 3),
    "half as fast again": timed(lambda ms: ms * 0.5),
    "in another order": permuted,
    "in another order, 1 ms more": lambda rows: permuted(timed(lambda ms: ms + 1)(rows)),
    "a fifth of them measured anew": a_fifth_measured_anew,
}


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land(CHAT, remeasure=run(1))
    box.land("gcp/embedder", remeasure=run(2))
    box.land("aws/runtime-distilled", remeasure=run(3))
    box.branch("change")
    return box


def findings(box: RegistrySandbox) -> list[Finding]:
    box.commit("change")
    with Repository(box.root) as repository:
        return list(check_pull_request(repository, base="main", head="HEAD").findings)


def copies(box: RegistrySandbox) -> list[str]:
    """What the change copied, in the words of the report; nothing else may be wrong with it."""
    found = findings(box)
    assert {one.code for one in found} <= {"E426"}, found
    return [one.message.partition("timings are those of ")[2] for one in found]


@pytest.mark.parametrize("how", MANIPULATIONS)
def test_a_next_version_with_manipulated_evidence_of_the_one_before_is_a_copy(
    box: RegistrySandbox, how: str
) -> None:
    box.ship(CHAT, 2, quality=0.95, remeasure=made_from(1, MANIPULATIONS[how]))
    (copied,) = copies(box)
    assert copied.startswith(f"{CHAT}@v1")


@pytest.mark.parametrize("how", MANIPULATIONS)
def test_evidence_of_another_unit_is_no_evidence_of_this_one(
    box: RegistrySandbox, how: str
) -> None:
    box.ship(CHAT, 2, quality=0.95, remeasure=made_from(3, MANIPULATIONS[how]))
    (copied,) = copies(box)
    assert copied.startswith("aws/runtime-distilled@v1")


def test_a_report_that_copies_its_subject_is_no_independent_run(box: RegistrySandbox) -> None:
    box.ship(
        "gcp/retrieval-eval",
        subject="gcp/embedder@v1",
        remeasure=made_from(2, timed(lambda ms: ms + 1)),
    )
    assert copies(box) == ["gcp/embedder@v1, +1.0 ms"]


def test_a_report_may_not_copy_a_subject_of_the_same_change(box: RegistrySandbox) -> None:
    box.ship("gcp/embedder", 2, quality=0.95, remeasure=run(4))
    copied = made_from(4, timed(lambda ms: ms * 1.01))
    box.ship("gcp/retrieval-eval", subject="gcp/embedder@v2", quality=0.95, remeasure=copied)
    assert copies(box) == ["manifests/gcp/embedder/v2.yaml of this change, times 1.010"]


@pytest.mark.parametrize("by", ["registry", "hf", "aws"])
def test_an_evaluation_is_measured_anew_whoever_measures(box: RegistrySandbox, by: str) -> None:
    copied = made_from(1, timed(lambda ms: ms + 1))
    for path, data in remeasurement(f"{CHAT}@v1", by=by, remeasure=copied).items():
        box.write(path, data)
    assert copies(box) == [f"{CHAT}@v1, +1.0 ms"]


def test_a_next_version_may_not_copy_an_evaluation(box: RegistrySandbox) -> None:
    box.git("switch", "-q", "main")
    box.commit("measure", remeasurement(f"{CHAT}@v1", by="registry", remeasure=run(9)))
    box.git("switch", "-q", "-C", "change")
    box.ship(CHAT, 2, quality=0.95, remeasure=made_from(9, permuted))
    assert copies(box) == [
        f"Evaluation e1 of {CHAT}@v1 by registry, in another order",
    ]


def test_the_timings_of_a_baseline_are_measured_too(box: RegistrySandbox) -> None:
    def beside(document: dict[str, dict[str, str]]) -> None:
        document["evaluation"]["baseline"] = f"{CHAT}@v1"

    box.ship(CHAT, 2, quality=0.95, edit=beside, remeasure=made_from(1, as_a_baseline))
    assert copies(box) == [f"{CHAT}@v1"]


def test_timings_that_were_made_from_the_baseline_beside_them_are_copied(
    box: RegistrySandbox,
) -> None:
    def beside(document: dict[str, dict[str, str]]) -> None:
        document["evaluation"]["baseline"] = f"{CHAT}@v1"

    def slower_baseline(rows: Iterable[Row]) -> tuple[Row, ...]:
        return tuple(
            replace(r, baseline_latency_ms=round(r.latency_ms * 1.25, 1)) for r in run(8)(rows)
        )

    box.ship(CHAT, 2, quality=0.95, edit=beside, remeasure=slower_baseline)
    assert copies(box) == ["the baseline beside them, times 0.800"]


@pytest.mark.parametrize("step_ms", [0.1, 1.0, 10.0])
def test_an_honest_run_again_with_equal_scores_and_tokens_is_no_copy(
    box: RegistrySandbox, step_ms: float
) -> None:
    box.ship("hf/policy-adapter", remeasure=run(10, step_ms))
    box.ship(CHAT, 2, remeasure=run(11, step_ms))
    evaluation = remeasurement("gcp/embedder@v1", by="hf", remeasure=run(12, step_ms))
    for path, data in evaluation.items():
        box.write(path, data)
    assert copies(box) == []


@pytest.mark.parametrize("step_ms", [0.1, 1.0, 10.0])
def test_an_honest_report_is_no_copy_of_its_subject(box: RegistrySandbox, step_ms: float) -> None:
    box.ship("gcp/retrieval-eval", subject="gcp/embedder@v1", remeasure=run(11, step_ms))
    assert copies(box) == []
