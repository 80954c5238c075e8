"""The checklist shows what the voting rule makes of its voters' evidence, and never goes by it."""

import json
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.release_checklist import judge
from fedfuse.flows.history.main_state import MainState
from fedfuse.model.evidence import Row
from fedfuse.model.yaml_text import render
from tests.support import published_registry
from tests.support.cli_runner import fedfuse
from tests.support.git_repositories import START
from tests.support.operating_registry import CHECKLIST
from tests.support.published_registry import FIRST, NAME
from tests.support.registry import TOOL, UNITS, RegistrySandbox, policy
from tests.support.small_suite import suite_files

VOTERS = ("aws/guard", "gcp/guard", "hf/guard")
WRONG = {"aws/guard": "p0 p1 b0", "gcp/guard": "p1 p2 b0 b1", "hf/guard": "p3 a0 a1 a2 b2"}
NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=2)
RULE = {"prompt_types": ["chat"], "voters": [*VOTERS], "quorum": 2}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry whose release v1.0.0 has a voting rule: only to be read."""
    root = tmp_path_factory.mktemp("voting") / "clone"
    with pytest.MonkeyPatch.context() as patch:
        for unit in VOTERS:
            patch.setitem(UNITS, unit, "policy")
        known = policy()
        limits = {"policy": 0.2, "adversarial": 0.2, "benign": 0.2}
        roles: dict[str, Any] = deepcopy(known["roles"])
        roles["policy"]["safety"] |= limits
        roles["policy"]["quality"]["min_items"] = 100
        fusion = known["fusion"] | {"voting": RULE}
        box = RegistrySandbox.create(root, roles=roles, fusion=fusion)
        for unit, items in WRONG.items():
            box.land(unit, remeasure=partial(_failing, items=items.split()))
        box.commit("registry: the go/no-go list", {CHECKLIST: (TOOL / CHECKLIST).read_bytes()})
        box.land_first_release()
    done = fedfuse(root, "release", "--no-mirror", "--remote", "", "--quiet")
    assert done.code == 0, done.err
    return root


def _failing(rows: Iterable[Row], *, items: list[str]) -> tuple[Row, ...]:
    return tuple(replace(row, score=0.0) if row.item in items else row for row in rows)


def _shown(root: Path, form: str, *, tag: str = FIRST) -> str:
    done = fedfuse(root, "checklist", tag, "--offline", "--format", form)
    assert done.code == 1, done.err
    return done.out


def test_each_item_is_voted_on_by_the_evidence_in_git(root: Path) -> None:
    shown = json.loads(_shown(root, "json"))["voting"]
    assert shown["voters"] == {f"{unit}@v1": unit for unit in VOTERS}
    assert (shown["best_voter"], shown["decides"]) == ("aws/guard@v1", False)
    bounds = [one.pop("bounds") for one in shown["items"]]
    assert all(low < 1 / 240 < high for low, high in bounds)
    counted = {
        "rule_fails": 1,
        "voter_fails": 2,
        "won": 1,
        "lost": 0,
        "escalated": 0,
        "obstacle": "",
    }
    assert shown["items"] == [
        {"kind": "harmful", "items": 240, **counted},
        {"kind": "benign", "items": 120, **counted, "voter_fails": 1, "won": 0},
    ]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_read_the_counts_and_that_they_decide_nothing(root: Path, form: str) -> None:
    shown = _shown(root, form)
    for words in ("rule wrong 1 (0.4 %)", "won 1, lost 0", "It informs and decides nothing"):
        assert words in shown


def test_no_verdict_goes_by_the_figures(root: Path) -> None:
    with Repository(root) as repository:
        judged = judge(MainState.at(repository, "main", NOW), FIRST)
    assert judged.voting is not None
    worst = tuple(replace(one, rule_fails=one.items, won=0) for one in judged.voting.tallies)
    for voting in (None, replace(judged.voting, tallies=worst)):
        other = replace(judged, voting=voting)
        assert (other.exit_code, other.blocking) == (judged.exit_code, judged.blocking)


def test_voters_that_were_measured_on_another_suite_are_named(root: Path, tmp_path: Path) -> None:
    box = published_registry.copy(root.parent, tmp_path)
    known = yaml.safe_load((box.root / "registry.yaml").read_text())
    known["suite"]["version"] = 2
    known["fusion"]["routes"]["chat"]["fallback"] = ["runtime"]
    suite = {f"schemas/suites/canonical/v2/{n}": b for n, b in suite_files(version=2).items()}
    box.commit("suite v2, and chat falls back", {**suite, "registry.yaml": render(known)})
    done = fedfuse(box.root, "release", "--no-mirror", "--remote", "", "--quiet")
    assert done.code == 0, done.err
    shown = json.loads(_shown(box.root, "json", tag=f"{NAME}-v1.1.0"))["voting"]
    assert shown["suite"] == "canonical/v2"
    assert (shown["items"], shown["missing"]) == ([], [f"{unit}@v1" for unit in VOTERS])
