"""A release whose record nobody would read is foretold by the pull request that owes it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import report_on
from fedfuse.flows.history.main_state import MainState
from tests.support.registry import RegistrySandbox

GONE = frozenset(f"hf/textgen-lora@v{version}" for version in range(100_000, 200_000))
"""Withdrawn versions stay in every record; so many are more than 2 MiB."""


def test_a_record_that_is_too_large_is_foretold_by_check(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land_first_release()
    box.branch("second")
    head = box.land("hf/textgen-lora", 2, quality=0.95)
    with Repository(box.root) as repository:
        main_state = MainState.at(repository, "main", datetime.now(UTC))
        fits = report_on(main_state, head).if_merged
        main_state.ledger.state = replace(main_state.ledger.state, yanked=GONE)
        beyond = report_on(main_state, head).if_merged
    assert fits
    assert fits.tag.endswith("-v1.0.1")
    assert beyond
    assert beyond.tag == ""
    assert "bytes, at most 2,097,152" in beyond.note
