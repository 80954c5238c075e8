"""The trend in a report: which versions of the unit stand beside the proposed one."""

import json
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking import trends
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.releasing import release
from fedfuse.model.canonical import sha256
from fedfuse.model.report import Report, Trend
from fedfuse.model.yaml_text import render
from fedfuse.report import pull_request_json
from tests.support.git_repositories import Sandbox
from tests.support.registry import RegistrySandbox, policy
from tests.support.slo_registry import land_event
from tests.support.small_suite import suite_files

UNIT = "hf/textgen-lora"


def check(box: Sandbox, head: str = "HEAD") -> Report:
    with Repository(box.root) as repository:
        return check_pull_request(repository, base="main", head=head)


def trend(box: Sandbox) -> Trend:
    (only,) = check(box).trends
    return only


def versions(found: Trend) -> list[int]:
    return [version for version, _ in found.points]


def tag_releases(box: Sandbox) -> None:
    with Repository(box.root) as repository:
        release.reconcile(repository, until="main", remote=None, artifact_check=None)


def propose(box: RegistrySandbox, version: int, unit: str = UNIT, **facts: Any) -> None:
    box.branch(f"propose-{version}")
    box.land(unit, version, **facts)


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    """Releases, with v1 admitted, v2 refused, v3 admitted and v4 an admitted experiment."""
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land_first_release()
    box.land(UNIT, 2, quality=0.5)
    box.land(UNIT, 3, quality=0.9)
    box.land(UNIT, 4, quality=0.94, track="experiment")
    return box


def test_a_trend_holds_what_was_admitted_and_ends_with_what_is_proposed(
    box: RegistrySandbox,
) -> None:
    propose(box, 5, quality=0.97)
    found = trend(box)
    assert versions(found) == [1, 3, 4, 5]
    values = [value for _, value in found.points]
    assert values == sorted(values)
    assert (found.unit, found.metric, found.floor) == (UNIT, "quality", 0.75)


def test_a_refused_proposal_has_its_trend_too(box: RegistrySandbox) -> None:
    propose(box, 5, quality=0.6)
    report = check(box)
    assert report.verdict == "fail"
    assert versions(report.trends[0]) == [1, 3, 4, 5]


def test_a_first_version_has_no_trend(box: RegistrySandbox) -> None:
    propose(box, 1, "hf/policy-adapter")
    assert check(box).trends == ()


def test_a_report_about_another_unit_has_no_trend(box: RegistrySandbox) -> None:
    propose(box, 2, "gcp/retrieval-eval", subject="gcp/embedder@v1")
    assert check(box).trends == ()


def test_role_policy_shows_safety_which_has_no_floor(tmp_path: Path) -> None:
    roles = policy()["roles"]
    small = {**roles["policy"]["quality"], "min_items": 100}
    roles["policy"] = {**roles["policy"], "quality": small}
    box = RegistrySandbox.create(tmp_path / "registry", roles=roles)
    box.land("hf/policy-adapter", safety=0.98)
    propose(box, 2, "hf/policy-adapter")
    found = trend(box)
    assert (found.metric, found.floor, versions(found)) == ("safety", None, [1, 2])
    assert found.points[0][1] < found.points[1][1] == 1.0


def test_tags_change_no_byte_of_a_trend(box: RegistrySandbox) -> None:
    propose(box, 5, quality=0.97)
    folded = pull_request_json.render(check(box))
    tag_releases(box)
    assert pull_request_json.render(check(box)) == folded
    points = json.loads(folded)["deterministic"]["trends"][0]["points"]
    assert [point["version"] for point in points] == [1, 3, 4, 5]


def test_a_withdrawn_version_leaves_the_trend(box: RegistrySandbox) -> None:
    land_event(box, {"kind": "yank", "version": f"{UNIT}@v3", "reason": "it leaks"})
    propose(box, 5, quality=0.97)
    assert versions(trend(box)) == [1, 4, 5]


def test_figures_of_another_suite_are_no_part_of_a_trend(box: RegistrySandbox) -> None:
    grown = {
        name: body.replace(b"version: 1", b"version: 2") for name, body in suite_files().items()
    }
    for name, body in grown.items():
        box.write(f"schemas/suites/canonical/v2/{name}", body)
    settings = policy(suite={"name": "canonical", "version": 2})
    box.commit("registry: a new suite", {"registry.yaml": render(settings)})

    def on_the_new_suite(document: dict[str, Any]) -> None:
        document["evaluation"]["suite"] |= {"version": 2, "sha256": sha256(grown["suite.yaml"])}

    propose(box, 5, quality=0.97, edit=on_the_new_suite)
    report = check(box)
    assert (report.findings, report.trends) == ((), ())


def test_what_is_read_has_a_limit(box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.land(UNIT, 5, quality=0.95)
    box.land(UNIT, 6, quality=1.0)
    tag_releases(box)
    propose(box, 7, quality=0.99)
    monkeypatch.setattr(trends, "MAX_VERSIONS", 3)
    assert versions(trend(box)) == [5, 6, 7]
