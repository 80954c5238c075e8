"""What `check` says about event files: of operators, of tired operators, of attackers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import RegistryError
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.report import Report
from fedfuse.model.yaml_text import render
from tests.support import operating_registry
from tests.support.git_repositories import START
from tests.support.operating_registry import event, land, promotion, propose
from tests.support.published_registry import FIRST, SECOND, THIRD
from tests.support.registry import TOOL, RegistrySandbox, policy

NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=3)


@pytest.fixture(scope="module")
def source(operated_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases; the first two were promoted by events 0001 and 0002."""
    root = tmp_path_factory.mktemp("operated")
    box = operating_registry.copy(operated_original, root)
    land(box, promotion(box, 1, FIRST))
    land(box, promotion(box, 2, SECOND))
    return root


def judged(box: RegistrySandbox, files: Mapping[str, bytes], **options: Any) -> Report:
    """The report on a pull request that adds files to main."""
    head = propose(box, files, parent=options.pop("parent", "main"))
    with Repository(box.root) as repository:
        return check_pull_request(
            repository, base="main", head=head, **{"at": NOW, "actor_id": 1, **options}
        )


def codes(report: Report) -> list[str]:
    return sorted(f.code for f in report.all_findings)


def roll_back(box: RegistrySandbox) -> None:
    land(box, event(3, kind="rollback", from_=SECOND, to=FIRST, reason="slow"))


def test_a_promotion_with_the_record_of_its_tag_passes(standing: RegistrySandbox) -> None:
    report = judged(standing, promotion(standing, 3, THIRD))
    assert (codes(report), report.verdict) == ([], "pass")


def test_a_promotion_judged_without_asking_outside_is_never_complete(
    standing: RegistrySandbox,
) -> None:
    report = judged(standing, promotion(standing, 3, THIRD), artifact_check=lambda *_: ())
    assert (report.verdict, report.complete, report.remote.status) == ("pass", False, "not checked")


def test_a_renumbered_event_is_refused_with_the_next_number(standing: RegistrySandbox) -> None:
    for number in (4, 9):
        (finding,) = judged(standing, event(number, kind="hold", reason="wait")).findings
        assert (finding.code, finding.expected) == ("E702", "3")
        assert "0003.yaml" in finding.fix


def test_the_number_inside_must_be_the_number_of_the_file(standing: RegistrySandbox) -> None:
    (content,) = event(4, kind="hold", reason="wait").values()
    assert codes(judged(standing, {"releases/events/0003.yaml": content})) == ["E701"]


def test_an_edited_event_is_refused_and_the_next_number_named(standing: RegistrySandbox) -> None:
    report = judged(standing, event(2, kind="promote", release=THIRD))
    assert codes(report) == ["E206", "E702"]
    assert "releases/events/0003.yaml" in next(f.fix for f in report.findings if f.code == "E702")


def test_of_two_events_with_one_number_the_second_to_land_is_refused(box: RegistrySandbox) -> None:
    fork = box.head()
    land(box, event(3, kind="hold", reason="wait"))
    report = judged(
        box, event(3, kind="yank", version="hf/textgen-lora@v1", reason="x"), parent=fork
    )
    assert codes(report) == ["E206", "E702"]


def test_two_events_at_once_are_refused(standing: RegistrySandbox) -> None:
    both = event(3, kind="hold", reason="one") | event(4, kind="hold", reason="two")
    assert "E214" in codes(judged(standing, both))


def test_a_removed_event_is_refused(box: RegistrySandbox) -> None:
    box.branch("tidy")
    box.git("rm", "-q", "releases/events/0002.yaml")
    head = box.commit("tidy up")
    with Repository(box.root) as repository:
        report = check_pull_request(repository, base="main", head=head)
    assert codes(report) == ["E207", "E702"]


def test_an_unknown_release_is_never_promoted(standing: RegistrySandbox) -> None:
    report = judged(standing, event(3, kind="promote", release="acme-ai-federated-v9.9.9"))
    assert codes(report) == ["E703"]


def test_a_tag_that_main_does_not_make_is_never_promoted(box: RegistrySandbox) -> None:
    forged = "acme-ai-federated-v2.0.0"
    box.git("tag", "-a", forged, "-m", "a release, honestly")
    assert codes(judged(box, event(3, kind="promote", release=forged))) == ["E703"]


def test_a_promotion_brings_exactly_the_record_of_its_tag(standing: RegistrySandbox) -> None:
    files = promotion(standing, 3, THIRD)
    without = {path: body for path, body in files.items() if path.endswith(".yaml")}
    assert codes(judged(standing, without)) == ["E710"]
    edited = files | {f"releases/{THIRD}.json": files[f"releases/{THIRD}.json"] + b"\n"}
    assert codes(judged(standing, edited)) == ["E710"]
    stray = event(3, kind="hold", reason="x") | {f"releases/{THIRD}.json": b"{}"}
    assert codes(judged(standing, stray)) == ["E710"]


def test_a_release_promoted_before_needs_no_second_record(standing: RegistrySandbox) -> None:
    assert codes(judged(standing, event(3, kind="promote", release=FIRST))) == []


def test_what_serves_already_is_not_promoted(standing: RegistrySandbox) -> None:
    assert codes(judged(standing, event(3, kind="promote", release=SECOND))) == ["E704"]


def test_after_a_rollback_promotions_wait_for_the_lift(box: RegistrySandbox) -> None:
    roll_back(box)
    for files, code in (
        (promotion(box, 4, THIRD), "E705"),
        (event(4, kind="lift", hold=2), "E707"),
    ):
        (finding,) = judged(box, files).findings
        assert (finding.code, finding.fix) == (code, "fedfuse lift 3")
    assert codes(judged(box, event(4, kind="lift", hold=3))) == []
    land(box, event(4, kind="lift", hold=3))
    assert codes(judged(box, promotion(box, 5, THIRD))) == []


def test_the_release_that_was_rolled_back_is_never_promoted_again(box: RegistrySandbox) -> None:
    roll_back(box)
    land(box, event(4, kind="lift", hold=3))
    assert codes(judged(box, event(5, kind="promote", release=SECOND))) == ["E704"]
    land(box, event(5, kind="promote", release=SECOND))  # somebody merges it all the same
    land(box, promotion(box, 6, THIRD))
    assert codes(judged(box, event(7, kind="rollback", from_=THIRD, to=SECOND, reason="x"))) == [
        "E706"
    ]


def test_a_rollback_starts_from_what_serves_and_ends_at_the_newest_healthy_release(
    box: RegistrySandbox,
) -> None:
    land(box, promotion(box, 3, THIRD))
    for bad, target, expected in (
        (SECOND, FIRST, ["E706"]),
        (THIRD, "acme-ai-federated-v1.0.9", ["E706"]),
        (THIRD, FIRST, ["E714"]),
        (THIRD, SECOND, []),
    ):
        files = event(4, kind="rollback", from_=bad, to=target, reason="slow")
        assert codes(judged(box, files)) == expected


def test_a_rollback_never_brings_back_a_withdrawn_version(box: RegistrySandbox) -> None:
    land(box, promotion(box, 3, THIRD))
    land(box, event(4, kind="yank", version="hf/textgen-lora@v1", reason="it leaks"))
    land(box, event(5, kind="rollback", from_=THIRD, to=SECOND, reason="slow"))
    (finding,) = judged(
        box, event(6, kind="rollback", from_=SECOND, to=FIRST, reason="slow too")
    ).findings
    assert (finding.code, finding.expected) == ("E714", "no release is healthy")
    assert "hf/textgen-lora@v1" in finding.message


def test_a_release_with_a_withdrawn_member_is_no_go(box: RegistrySandbox) -> None:
    land(box, event(3, kind="yank", version="hf/textgen-lora@v2", reason="it leaks"))
    report = judged(box, promotion(box, 4, THIRD))
    assert set(codes(report)) == {"E713"}
    assert any("hf/textgen-lora@v2" in finding.found for finding in report.findings)
    said = [finding.message.partition(": ")[0] for finding in report.findings]
    assert "the checklist's item `withdrawn` is not met" in said


def test_a_version_is_yanked_once_and_only_if_it_is_there(box: RegistrySandbox) -> None:
    for ref, expected in (("hf/textgen-lora@v9", ["E708"]), ("hf/textgen-lora@v2", [])):
        assert codes(judged(box, event(3, kind="yank", version=ref, reason="x"))) == expected
    land(box, event(3, kind="yank", version="hf/textgen-lora@v2", reason="x"))
    again = event(4, kind="yank", version="hf/textgen-lora@v2", reason="x")
    assert codes(judged(box, again)) == ["E708"]


def test_nothing_is_promoted_without_a_list_or_by_a_list_nobody_answers(
    box: RegistrySandbox,
) -> None:
    item = {"id": "luck", "title": "Luck", "check": "luck"}
    broken = render({"apiVersion": "fedfuse/v1", "kind": "Checklist", "items": [item]})
    land(box, {operating_registry.CHECKLIST: broken.encode()})
    (finding,) = judged(box, promotion(box, 3, THIRD)).findings
    assert (finding.code, finding.path) == ("E715", operating_registry.CHECKLIST)
    by_hand = (
        (TOOL / operating_registry.CHECKLIST).read_text().replace("check: mirror", "check: manual")
    )
    land(box, {operating_registry.CHECKLIST: by_hand.encode()})
    (finding,) = judged(box, promotion(box, 3, THIRD)).findings
    assert (finding.code, "check mirror" in finding.expected) == ("E718", True)
    box.git("rm", "-q", operating_registry.CHECKLIST)
    box.commit("no list")
    assert codes(judged(box, promotion(box, 3, THIRD))) == ["E715"]


def with_windows(box: RegistrySandbox, time_zone: str) -> None:
    window = {"day": "tuesday", "from": "09:00", "to": "15:00", "time_zone": time_zone}
    box.commit("windows", {"registry.yaml": render(policy(cadence={"production": [window]}))})


def test_a_release_is_promoted_in_the_window_only(box: RegistrySandbox) -> None:
    with_windows(box, "Europe/Berlin")
    files = promotion(box, 3, THIRD)
    for moment, expected in (
        ("2026-09-29T07:00:00Z", []),
        ("2026-09-29T13:00:00Z", ["E712"]),
        ("2026-09-30T07:00:00Z", ["E712"]),
    ):
        report = judged(box, files, at=datetime.fromisoformat(moment))
        assert codes(report) == expected
    assert "the next window opens at 2026-10-06T07:00:00Z" in report.findings[0].message
    rollback = event(3, kind="rollback", from_=SECOND, to=FIRST, reason="slow")
    assert codes(judged(box, rollback, at=datetime.fromisoformat("2026-09-30T03:00:00Z"))) == []


def test_a_window_in_a_place_nobody_knows_stops_promotions(box: RegistrySandbox) -> None:
    with_windows(box, "Europe/Atlantis")
    with pytest.raises(RegistryError, match="Atlantis"):
        judged(box, promotion(box, 3, THIRD))
