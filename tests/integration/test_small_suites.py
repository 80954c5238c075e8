"""A suite without the items that a role is measured on is said by name, and stops no history."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import RegistryError
from fedfuse.flows.history.ledger import fold_history
from fedfuse.model.canonical import sha256
from fedfuse.model.yaml_text import render
from tests.support.changes import check, said
from tests.support.registry import RegistrySandbox, policy

PLACE = "schemas/suites/canonical"


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    """A registry, and beside main a change to a suite that has no benign items."""
    box = RegistrySandbox.create(tmp_path / "registry")
    document = yaml.safe_load((box.root / PLACE / "v1/suite.yaml").read_text())
    del document["parts"]["benign"]
    files: dict[str, str | bytes] = {
        f"{PLACE}/v2/{pin['file']}": (box.root / PLACE / "v1" / pin["file"]).read_bytes()
        for pin in document["parts"].values()
    }
    files[f"{PLACE}/v2/suite.yaml"] = render({**document, "version": 2})
    files["registry.yaml"] = render(policy(suite={"name": "canonical", "version": 2}))
    box.branch("switch")
    box.commit("suite: v2", files)
    return box


def ship(box: RegistrySandbox) -> str:
    """A version whose evidence has all that the suite has."""
    digest = sha256((box.root / PLACE / "v2/suite.yaml").read_bytes())
    csv = box.root / "manifests/hf/textgen-lora/v1.evidence.csv"

    def edit(document: dict[str, Any]) -> None:
        named = document["evaluation"]
        named["suite"] = {"name": "canonical", "version": 2, "sha256": digest}
        named["evidence"]["items"] = 480

    path = box.root / box.ship("hf/textgen-lora", edit=edit)
    whole = csv.read_bytes()
    rows = [row for row in whole.splitlines(keepends=True) if not row.startswith(b"b")]
    csv.write_bytes(b"".join(rows))
    path.write_text(path.read_text().replace(sha256(whole), sha256(csv.read_bytes())))
    return box.commit("hf/textgen-lora: v1")


def test_policy_may_not_name_a_suite_that_cannot_measure_a_role(box: RegistrySandbox) -> None:
    report = check(box, box.git("rev-parse", "switch"))
    found = [one.message for one in report.all_findings if one.code == "E468"]
    assert set(said(report)) == {said(report)[0]}
    assert found == [
        f"canonical/v2 has no benign items to measure role {role} by"
        for role in ("policy", "runtime", "textgen")
    ]


def test_where_main_names_one_a_version_cannot_be_judged(box: RegistrySandbox) -> None:
    head = ship(box)
    with pytest.raises(RegistryError, match="v2 has no benign items to measure role textgen by"):
        check(box, head, base="switch~1")


def test_where_one_landed_history_goes_on(box: RegistrySandbox) -> None:
    landed = ship(box)
    with Repository(box.root) as repository:
        ledger = fold_history(repository, landed)
    assert ledger.broken == {landed: "canonical/v2 has no benign items to measure role textgen by"}
    assert ledger.state.admissions == {}
