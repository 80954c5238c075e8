"""Open pull requests judged together, as if merged: in any order, with what conflicts left out."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.candidates import judge_together
from fedfuse.model.candidates import Candidates
from fedfuse.model.canonical import sha256
from fedfuse.model.yaml_text import render
from tests.support import published_registry
from tests.support.evaluations import remeasurement
from tests.support.operating_registry import copy, event, opened, promotion, propose
from tests.support.registry import RegistrySandbox, policy, shipment

TEXTGEN, EMBEDDER = "hf/textgen-lora", "gcp/embedder"
RUNTIME, BENCHMARK = "aws/runtime-distilled", "aws/inference-benchmark"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """One release, and no test moves main."""
    root = tmp_path_factory.mktemp("candidates")
    published_registry.publish(root, releases=1)
    return opened(root)


def open_pull(box: RegistrySandbox, name: str, files: Mapping[str, bytes]) -> str:
    """Open a pull request; returns its ref."""
    ref = f"refs/pull/{name}/head"
    box.git("update-ref", ref, propose(box, files))
    return ref


def shipped(box: RegistrySandbox, unit: str, version: int = 2, **facts: Any) -> dict[str, bytes]:
    made = shipment(unit, version, artifacts=box.root / "artifacts", **{"quality": 0.95, **facts})
    return {path: c.encode() if isinstance(c, str) else c for path, c in made.items()}


def together(box: RegistrySandbox, heads: Sequence[str]) -> Candidates:
    with Repository(box.root) as repository:
        return judge_together(repository, base="main", heads={head: head for head in heads})


def left_out(found: Candidates) -> dict[str, tuple[str, ...]]:
    return {one.ref: one.problems for one in found.candidates if one.problems}


def test_two_good_versions_make_one_release_together(box: RegistrySandbox) -> None:
    runtime = shipped(box, RUNTIME) | shipped(box, BENCHMARK, subject=f"{RUNTIME}@v2")
    heads = [open_pull(box, "1", shipped(box, TEXTGEN)), open_pull(box, "2", runtime)]
    found = together(box, heads)
    assert (left_out(found), found.exit_code) == ({}, 0)
    assert (found.together.tag, found.together.bump) == ("acme-ai-federated-v1.0.1", "patch")
    changed = {d.unit: (d.old, d.new) for d in found.together.diff}
    assert changed == {TEXTGEN: (1, 2), RUNTIME: (1, 2)}


def test_a_model_and_the_report_about_it_may_be_two_pull_requests(box: RegistrySandbox) -> None:
    model = open_pull(box, "3", shipped(box, EMBEDDER))
    report = open_pull(box, "4", shipped(box, "gcp/retrieval-eval", subject=f"{EMBEDDER}@v2"))
    found = together(box, [model, report])
    assert left_out(found) == {}
    assert f"{EMBEDDER}@v2" in found.together.members
    (alone,) = left_out(together(box, [report])).values()
    assert "E328" in alone[0]


def test_a_report_falls_with_the_model_that_it_measures(box: RegistrySandbox) -> None:
    bad = open_pull(box, "5", shipped(box, EMBEDDER, quality=0.5))
    report = open_pull(
        box, "6", shipped(box, "gcp/retrieval-eval", subject=f"{EMBEDDER}@v2", quality=0.5)
    )
    good = open_pull(box, "7", shipped(box, TEXTGEN))
    found = together(box, [good, bad, report])
    assert left_out(found).keys() == {bad, report}
    assert found.together.members == (f"{RUNTIME}@v1", f"{EMBEDDER}@v1", f"{TEXTGEN}@v2")


def test_two_that_claim_one_version_are_both_left_out(box: RegistrySandbox) -> None:
    one = open_pull(box, "8", shipped(box, TEXTGEN))
    other = open_pull(box, "9", shipped(box, TEXTGEN, salt="other"))
    runtime = shipped(box, RUNTIME) | shipped(box, BENCHMARK, subject=f"{RUNTIME}@v2")
    third = open_pull(box, "10", runtime)
    found = together(box, [other, third, one])
    problems = left_out(found)
    assert problems.keys() == {one, other}
    assert problems[one][0].startswith("conflict: manifests/hf/textgen-lora/v2")
    assert other in problems[one][0]
    assert found.exit_code == 1
    assert [d.unit for d in found.together.diff] == [RUNTIME]


def test_two_events_claim_one_number(box: RegistrySandbox) -> None:
    hold = open_pull(box, "11", event(1, kind="hold", reason="wait"))
    yank = open_pull(box, "12", event(1, kind="yank", version=f"{TEXTGEN}@v1", reason="x"))
    assert left_out(together(box, [hold, yank])).keys() == {hold, yank}


def test_a_promotion_that_waits_for_its_window_keeps_nobody_else_out(
    box: RegistrySandbox, tmp_path: Path
) -> None:
    windowed = copy(box.root.parent, tmp_path)
    never_now = {"day": "monday", "from": "10:00", "to": "11:00", "time_zone": "UTC"}
    cadence = {"production": [never_now]}
    windowed.commit("windows", {"registry.yaml": render(policy(cadence=cadence)).encode()})
    waits = open_pull(windowed, "31", promotion(windowed, 1, published_registry.FIRST))
    held = open_pull(windowed, "32", event(1, kind="hold", reason="wait"))
    good = open_pull(windowed, "33", shipped(windowed, TEXTGEN))
    found = together(windowed, [waits, held, good])
    ((ref, problems),) = left_out(found).items()
    assert ref == waits
    assert any("E712" in problem for problem in problems)
    assert f"{TEXTGEN}@v2" in found.together.members


def test_a_waiver_among_them_counts_for_the_manifest_among_them(box: RegistrySandbox) -> None:
    files = shipped(box, TEXTGEN, quality=0.8)
    manifest = open_pull(box, "13", files)
    waiver = open_pull(
        box,
        "14",
        event(
            1,
            kind="waive",
            gate="quality",
            manifest_sha256=sha256(files[f"manifests/{TEXTGEN}/v2.yaml"]),
            reason="worth it",
            expires="2027-01-01T00:00:00Z",
            unit=TEXTGEN,
        ),
    )
    assert left_out(together(box, [manifest])).keys() == {manifest}
    found = together(box, [manifest, waiver])
    assert left_out(found) == {}
    assert f"{TEXTGEN}@v2" in found.together.members


def test_a_yank_among_them_takes_its_version_out(box: RegistrySandbox) -> None:
    yank = open_pull(box, "15", event(1, kind="yank", version=f"{TEXTGEN}@v1", reason="x"))
    found = together(box, [yank])
    assert found.together.tag == ""
    assert "textgen" in found.together.note
    better = open_pull(box, "16", shipped(box, TEXTGEN))
    assert f"{TEXTGEN}@v2" in together(box, [yank, better]).together.members


def test_a_tool_change_composes_and_never_judges_what_comes_with_it(box: RegistrySandbox) -> None:
    lax = policy()
    lax["roles"]["textgen"]["quality"] |= {"floor": 0.0, "mode": "non_inferior", "margin": 1.0}
    lax["fusion"]["routes"]["talk"] = {"role": "textgen", "contract": 1}
    tool = open_pull(box, "17", {"registry.yaml": render(lax).encode()})
    worse = open_pull(box, "18", shipped(box, TEXTGEN, quality=0.76))
    found = together(box, [tool, worse])
    assert left_out(found).keys() == {worse}
    assert found.together.bump == "minor"


def test_what_is_refused_alone_is_left_out_with_its_reason(box: RegistrySandbox) -> None:
    gap = open_pull(box, "19", shipped(box, TEXTGEN, 7))
    docs = open_pull(box, "20", {"README.md": b"words"})
    found = together(box, [gap, docs])
    ((ref, problems),) = left_out(found).items()
    assert (ref, "E323" in problems[0]) == (gap, True)
    assert found.together.note == "the set of members stays as it is"


def test_the_order_of_naming_changes_nothing(box: RegistrySandbox) -> None:
    heads = [
        open_pull(box, "21", shipped(box, TEXTGEN)),
        open_pull(box, "22", shipped(box, TEXTGEN, salt="other")),
        open_pull(box, "23", shipped(box, EMBEDDER)),
        open_pull(box, "24", shipped(box, "gcp/retrieval-eval", subject=f"{EMBEDDER}@v2")),
    ]
    first = together(box, heads)
    assert f"{EMBEDDER}@v2" in first.together.members
    for order in list(permutations(heads))[1::5]:
        assert together(box, order) == first


def test_pull_requests_are_in_the_order_of_their_numbers(box: RegistrySandbox) -> None:
    heads = {
        "#10": open_pull(box, "28", shipped(box, TEXTGEN)),
        "#9": open_pull(box, "29", shipped(box, TEXTGEN, salt="other")),
        "#100": open_pull(box, "30", shipped(box, TEXTGEN, salt="third")),
    }
    with Repository(box.root) as repository:
        found = judge_together(repository, base="main", heads=heads)
    assert [one.ref for one in found.candidates] == ["#9", "#10", "#100"]
    assert found.candidates[2].problems[0].endswith(" is another file in #9, #10")


def test_none_at_all_make_nothing(box: RegistrySandbox) -> None:
    found = together(box, [])
    assert (found.candidates, found.together.tag) == ((), "")


def test_a_branch_of_another_history_is_left_out(box: RegistrySandbox, tmp_path: Path) -> None:
    other = RegistrySandbox.create(tmp_path / "other", currency="EUR")
    box.git("fetch", "-q", str(other.root), "main:refs/pull/25/head")
    (problems,) = left_out(together(box, ["refs/pull/25/head"])).values()
    assert "E211" in problems[0]


def test_a_version_that_its_gates_refuse_claims_no_number(box: RegistrySandbox) -> None:
    bad = open_pull(box, "26", shipped(box, TEXTGEN, quality=0.5))
    good = open_pull(box, "27", shipped(box, TEXTGEN))
    found = together(box, [bad, good])
    assert left_out(found).keys() == {bad}
    assert f"{TEXTGEN}@v2" in found.together.members


def test_an_evaluation_counts_with_everything_else(box: RegistrySandbox) -> None:
    """It revokes the only textgen, and the next version takes its place in the same release."""
    files = remeasurement(f"{TEXTGEN}@v1", by="registry", quality=0.5)
    measured = {path: c.encode() if isinstance(c, str) else c for path, c in files.items()}
    heads = [open_pull(box, "1", shipped(box, TEXTGEN)), open_pull(box, "2", measured)]
    found = together(box, heads)
    assert (left_out(found), found.together.tag) == ({}, "acme-ai-federated-v1.0.1")
    alone = together(box, heads[1:]).together
    assert (alone.tag, alone.note) == ("", "no release yet: textgen missing")
