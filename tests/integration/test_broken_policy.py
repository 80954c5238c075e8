"""Broken policy on main keeps its own commits from being judged, and nothing that comes later."""

from pathlib import Path

import pytest

from tests.support import operating_registry
from tests.support.cli_runner import fedfuse
from tests.support.published_registry import THIRD
from tests.support.registry import RegistrySandbox

FOURTH = "acme-ai-federated-v1.0.3"


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


def lived_through(box: RegistrySandbox, path: str, broken: str, *, landing: bool) -> None:
    """A commit breaks a file; a manifest may land on top; another commit mends it."""
    sound = (box.root / path).read_text()
    box.commit("break", {path: broken})
    if landing:
        box.land("hf/textgen-lora", 3, quality=0.97)
    box.commit("mend", {path: sound})
    box.git("push", "-q", "origin", "main")


def test_status_history_and_release_go_on_once_registry_yaml_is_mended(
    box: RegistrySandbox,
) -> None:
    broken = (box.root / "registry.yaml").read_text().replace("currency: USD", "currency: dollars")
    lived_through(box, "registry.yaml", broken, landing=False)
    for words in (("status",), ("history",), ("release", "--no-mirror")):
        assert fedfuse(box.root, *words).code == 0
    box.land("hf/textgen-lora", 3, quality=0.97)
    box.git("push", "-q", "origin", "main")
    assert f"{FOURTH}  cut" in fedfuse(box.root, "release", "--no-mirror").out


def test_what_landed_under_broken_policy_is_never_admitted_and_warned_about(
    box: RegistrySandbox,
) -> None:
    lived_through(box, "schemas/manifest.v1.schema.json", "{", landing=True)
    done = fedfuse(box.root, "release", "--no-mirror")
    assert (done.code, FOURTH in done.out) == (0, False)
    assert (
        "could not be judged and admits nothing: schemas/manifest.v1.schema.json is not JSON"
        in done.err
    )
    box.land("hf/textgen-lora", 4, quality=0.97)
    box.git("push", "-q", "origin", "main")
    assert f"{FOURTH}  cut" in fedfuse(box.root, "release", "--no-mirror").out
    assert THIRD in fedfuse(box.root, "status").out


def test_the_audit_names_the_commit_until_it_is_accepted(box: RegistrySandbox) -> None:
    lived_through(box, "schemas/manifest.v1.schema.json", "{", landing=True)
    landed = box.git("rev-parse", "main~1")
    done = fedfuse(box.root, "audit", "--replay")
    assert (done.code, f"E815 commit {landed[:12]}" in done.out) == (1, True), done.out


def test_broken_policy_at_the_tip_stops_everything_with_its_line(box: RegistrySandbox) -> None:
    box.commit("break", {"registry.yaml": "kind: Registry\n"})
    box.git("push", "-q", "origin", "main")
    done = fedfuse(box.root, "status")
    assert (done.code, done.err.startswith("error: registry.yaml:1:1: ")) == (3, True), done.err
