"""Which release tag the fold goes on from, and by which clock it judges what came after."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import Ledger, fold_history
from fedfuse.flows.releasing import release
from tests.support.changes import check
from tests.support.forged_tags import forge
from tests.support.git_repositories import START
from tests.support.registry import RegistrySandbox

FIRST, SECOND, THIRD = (f"acme-ai-federated-v1.0.{n}" for n in range(3))
UNIT = "hf/textgen-lora"
DAY = 24 * 3600


def tag_all(box: RegistrySandbox, until: str = "main") -> None:
    """Tag every release that a branch makes, in this clone."""
    with Repository(box.root) as repository:
        release.reconcile(repository, until=until, remote=None, artifact_check=None)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("resuming") / "registry"
    box = RegistrySandbox.create(root)
    box.land_first_release()
    box.land(UNIT, 2, quality=0.9)
    box.land(UNIT, 3, quality=0.95)
    tag_all(box)
    return root


@pytest.fixture
def box(source: Path, tmp_path: Path) -> RegistrySandbox:
    """Three tagged releases."""
    copy = RegistrySandbox.__new__(RegistrySandbox)
    copy.root = Path(shutil.copytree(source, tmp_path / "registry"))
    copy.clock = START + DAY
    return copy


def oid(box: RegistrySandbox, tag: str) -> str:
    return box.git("rev-parse", f"refs/tags/{tag}")


def folded(box: RegistrySandbox) -> tuple[str, dict[str, str]]:
    """The tag that the fold of main went on from, and the tag objects it computed itself."""
    ledger = ledger_of(box)
    start = ledger.resumed_from
    return start.tag if start else "", {one.tag: one.oid for one in ledger.computed}


def ledger_of(box: RegistrySandbox) -> Ledger:
    with Repository(box.root) as repository:
        return fold_history(repository, box.git("rev-parse", "main"))


def test_the_newest_release_is_gone_on_from(box: RegistrySandbox) -> None:
    assert folded(box) == (THIRD, {})


@pytest.mark.parametrize(
    "named",
    [
        {"release": SECOND, "tag_object": "1" * 40},
        {"release": "acme-ai-federated-v0.9.0", "tag_object": "1" * 40},
        {"release": [], "tag_object": None},
        {},
        None,
    ],
)
def test_a_record_made_on_top_of_another_release_than_is_here_is_computed_anew(
    box: RegistrySandbox, named: Any
) -> None:
    true = oid(box, THIRD)
    forge(box, THIRD, lambda record: record.update(previous=named))
    start, computed = folded(box)
    assert start in {FIRST, SECOND}
    assert computed[THIRD] == true


@pytest.mark.parametrize(
    "forged", [{"unit": []}, {"fallback": 3}, {"fallback": [3]}, {"weight": 1}]
)
def test_a_record_whose_routes_are_of_another_kind_is_computed_anew(
    box: RegistrySandbox, forged: Any
) -> None:
    true = oid(box, THIRD)
    forge(box, THIRD, lambda record: record["fusion"]["routes"]["chat"].update(forged))
    start, computed = folded(box)
    assert start in {FIRST, SECOND}
    assert computed[THIRD] == true


def test_a_broken_chain_throws_doubt_on_both_of_its_ends(box: RegistrySandbox) -> None:
    """Whoever moves the older tag must not choose what the newer one is computed from."""
    true = {tag: oid(box, tag) for tag in (SECOND, THIRD)}
    forge(box, SECOND, lambda record: record["admissions"].update({UNIT: "aAAAA"}))
    assert folded(box) == (FIRST, true)


def test_a_release_whose_predecessor_is_not_here_is_computed_anew(box: RegistrySandbox) -> None:
    true = {tag: oid(box, tag) for tag in (SECOND, THIRD)}
    box.git("tag", "-d", SECOND)
    assert folded(box) == (FIRST, true)


def test_what_lies_below_the_predecessor_is_not_asked(box: RegistrySandbox) -> None:
    box.git("tag", "-d", FIRST)
    assert folded(box) == (THIRD, {})


def test_a_sound_release_of_a_side_branch_is_not_gone_on_from(box: RegistrySandbox) -> None:
    box.branch("side")
    box.land(UNIT, 4, quality=0.98)
    tag_all(box, "side")
    fourth = "acme-ai-federated-v1.0.3"
    assert box.git("rev-parse", f"{fourth}^{{commit}}") == box.git("rev-parse", "side")
    assert folded(box) == (THIRD, {})


@pytest.mark.parametrize(("tick", "admitted"), [(1, True), (200, False)])
def test_a_commit_dated_back_is_judged_by_the_newest_date_before_it(
    box: RegistrySandbox, tick: int, *, admitted: bool
) -> None:
    """The pricing is fresh by its own date, and too old by that of the commit before."""
    box.clock = START + tick * DAY
    box.commit("docs: time goes on", {"manifests/README.md": "# Later\n"})
    box.clock = START + DAY
    box.land(UNIT, 4, quality=0.98)
    refused = [one.judged.results for one in ledger_of(box).refused]
    assert (refused == []) == admitted
    too_old = {r.check for results in refused for r in results if not r.verdict.admits}
    assert too_old == (set() if admitted else {"pricing"})


def test_a_pull_request_is_judged_by_no_clock_before_that_of_main(box: RegistrySandbox) -> None:
    """So that merging it makes of it what was judged."""
    box.clock = START + 200 * DAY
    box.commit("docs: time goes on", {"manifests/README.md": "# Later\n"})
    box.branch("mine")
    head = box.land(UNIT, 4, quality=0.98)
    before, present = (datetime.fromtimestamp(START + days * DAY, UTC) for days in (1, 201))
    report = check(box, head, at=before, present=present)
    assert {one.check for one in report.gates if not one.verdict.admits} == {"pricing"}
