"""A check reads the same bytes once, however many of its steps ask for them."""

from collections import Counter
from pathlib import Path

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from tests.integration.test_check import check
from tests.support.registry import RegistrySandbox


def test_a_check_parses_every_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.branch("proposed")
    box.ship("hf/textgen-lora", salt="seen by nobody before")
    box.commit("hf/textgen-lora: v1")
    parsed = Counter[str]()
    load = yaml_strict.load

    def counted(data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
        parsed[path] += 1
        return load(data, path=path)

    monkeypatch.setattr(yaml_strict, "load", counted)
    check(box)
    assert parsed["manifests/hf/textgen-lora/v1.yaml"] == 1
    assert max(parsed.values()) == 1, parsed
