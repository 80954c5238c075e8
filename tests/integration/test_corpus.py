"""The corpus of bad changes: each file is a test of a bad change, and one of its good twin."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fedfuse.model.codes import CATALOG
from fedfuse.model.report import Report
from fedfuse.report import pull_request, pull_request_json, text
from tests.support.changes import Case, check, commit_files, released_registry, said
from tests.support.corpus import cases, name, read
from tests.support.registry import RegistrySandbox
from tests.unit.report.hostile import HOSTILE, Rendered

CHANGES = cases("check", "evidence")
TOKEN = "hf_" + "Fake" * 9
WHOLE_FILE = {"E357", "E358", "E359", "E409", "E416", "E420", "E465", "E466"}
"""Beside E2, which is about paths, these are about a file that has no one place to show."""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    return released_registry(tmp_path_factory.mktemp("corpus") / "registry")


def judged(registry: RegistrySandbox, case: Case) -> Report:
    files = case.files(registry.root / "artifacts")
    return check(registry, commit_files(registry, files, parent="main"))


@pytest.mark.parametrize("path", CHANGES, ids=name)
def test_each_bad_change_gives_exactly_its_expected_findings(
    registry: RegistrySandbox, path: Path
) -> None:
    case = read(path)
    report = judged(registry, Case(case.bad))
    assert said(report) == list(case.expect)
    assert (report.verdict, report.exit_code) == ("fail", 1)
    for finding in report.all_findings:
        assert finding.code in CATALOG
        assert finding.fix, finding
        assert finding.line or finding.code.startswith("E2") or finding.code in WHOLE_FILE
    assert_inert(report)


@pytest.mark.parametrize("path", CHANGES, ids=name)
def test_the_good_twin_of_each_bad_change_passes(registry: RegistrySandbox, path: Path) -> None:
    report = judged(registry, Case(read(path).good))
    assert (said(report), report.verdict, report.exit_code) == ([], "pass", 0)
    assert_inert(report)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_in_any_field_acts_in_any_report(registry: RegistrySandbox, hostile: str) -> None:
    """Each text stands in all text fields at once, and as the name of a field."""
    texts = dict.fromkeys(pointers(), hostile) | {"contract.sha256": hostile}
    edit = {"find": r"\Z", "put": f"{json.dumps(hostile)}: 1\n"}
    report = judged(registry, Case({"set": texts, "manifest": [edit]}))
    assert (report.verdict, report.exit_code) == ("fail", 1)
    assert report.findings
    assert_inert(report)


def pointers() -> Iterator[str]:
    """Every text field of a manifest, as cases point at it."""
    yield from ("apiVersion", "kind", "provider", "unit", "id", "role", "track", "license")
    yield from (f"artifact.{key}" for key in ("uri", "revision", "format", "files.0.path"))
    yield from (f"evaluation.hardware.{key}" for key in ("accelerator", "region"))
    yield from (f"evaluation.pricing.{key}" for key in ("currency", "as_of"))
    yield from ("evaluation.suite.name", "evaluation.evidence.path", "submitted_by.login")
    yield from ("training.system", "training.run", "training.code.repo", "training.dataset.id")


@pytest.mark.parametrize("pointer", ["license", "artifact.uri", "submitted_by.login", TOKEN])
def test_no_report_repeats_a_secret(registry: RegistrySandbox, pointer: str) -> None:
    """As the value of a field, and as the name of one."""
    report = judged(registry, Case({"set": {pointer: TOKEN}}))
    assert "E340" in {finding.code for finding in report.findings}
    for printed in printings(report):
        assert TOKEN[:20] not in printed


def printings(report: Report) -> tuple[str, str, str]:
    return (
        pull_request.comment(report),
        text.render(pull_request.terminal(report)),
        pull_request_json.render(report),
    )


def assert_inert(report: Report) -> None:
    """Nothing that the change says acts in a comment, on a terminal or in a workflow's log."""
    comment, lines, document = printings(report)
    Rendered.of(comment).assert_inert()
    for line in lines.splitlines():
        assert line.isascii()
        assert line.isprintable()
        assert "##[" not in line
        assert not line.lstrip().startswith("::")
    assert document.isascii()
    assert json.loads(document)["verdict"] == report.verdict
