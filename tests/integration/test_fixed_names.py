"""Names and roles stay as in the first release; a unit that returns has all that it had."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import Ledger, fold_history
from fedfuse.model.yaml_text import render
from tests.support.cli_runner import fedfuse
from tests.support.registry import UNITS, RegistrySandbox, policy

UNIT = "hf/textgen-lora"
FIRST = "acme-ai-federated-v1.0.0"
OPTIONAL: dict[str, Any] = {
    "required_roles": ["embed", "runtime"],
    "fusion": {
        "routes": {
            "search": {"role": "embed", "contract": 1},
            "serve": {"role": "runtime", "contract": 1},
        },
        "router": {"kind": "static"},
    },
}
"""A policy that makes releases without a unit for text, too."""
CHANGES: dict[str, dict[str, Any]] = {
    "E357": {"release_name": "acme-fused"},
    "E358": {"namespace": "acme-labs"},
    "E359": {
        "units": {
            **{name: {"role": role} for name, role in UNITS.items()},
            UNIT: {"role": "policy"},
        }
    },
}


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    made = RegistrySandbox.create(tmp_path / "registry", **OPTIONAL)
    made.land_first_release()
    return made


def released(box: RegistrySandbox) -> list[str]:
    """The releases after a run of `release`, oldest first."""
    done = fedfuse(box.root, "release", "--no-mirror", "--quiet")
    assert done.code == 0, done.err
    return box.git("tag").splitlines()


@contextmanager
def folded(box: RegistrySandbox) -> Iterator[Ledger]:
    with Repository(box.root) as repository:
        yield fold_history(repository, box.head())


def land_policy(box: RegistrySandbox, **changes: Any) -> str:
    text = render(policy(**{**OPTIONAL, **changes}))
    return box.commit("registry: change", {"registry.yaml": text})


@pytest.mark.parametrize("code", CHANGES)
def test_a_pull_request_does_not_change_what_is_fixed(box: RegistrySandbox, code: str) -> None:
    released(box)
    box.branch("change")
    head = land_policy(box, **CHANGES[code])
    done = fedfuse(box.root, "check", "--base", "main", "--head", head, "--offline")
    assert (done.code, done.out.count(code)) == (1, 1)
    assert f"{code} " in done.out
    assert "is fixed since it was first used" in done.out


@pytest.mark.parametrize("code", ["E357", "E358"])
def test_names_may_change_before_the_first_release(tmp_path: Path, code: str) -> None:
    box = RegistrySandbox.create(tmp_path / "registry", **OPTIONAL)
    box.branch("change")
    head = land_policy(box, **CHANGES[code])
    done = fedfuse(box.root, "check", "--base", "main", "--head", head, "--offline")
    assert done.code == 0, done.out


@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.parametrize("code", CHANGES)
def test_where_it_changed_on_main_nothing_is_admitted_or_cut_until_it_is_restored(
    box: RegistrySandbox, code: str, *, tagged: bool
) -> None:
    if tagged:
        released(box)
    changed = land_policy(box, **CHANGES[code])
    box.land("aws/runtime-distilled", 2, quality=0.95)
    landed = box.head()
    assert released(box) == [FIRST]
    audited = fedfuse(box.root, "audit", "--offline")
    assert audited.code == 1
    assert [audited.out.count(f"commit {sha[:12]} could not") for sha in (changed, landed)] == [
        1,
        1,
    ]
    assert code in audited.out
    land_policy(box)
    with folded(box) as ledger:
        assert not ledger.state.is_admitted("aws/runtime-distilled@v2")
    box.land("hf/textgen-lora", 2, quality=0.95)
    assert released(box) == [FIRST, "acme-ai-federated-v1.0.1"]


def without(unit: str) -> dict[str, Any]:
    return {"units": {name: {"role": role} for name, role in UNITS.items() if name != unit}}


@pytest.mark.parametrize("cut_between", [True, False])
def test_a_unit_that_was_taken_off_and_comes_back_has_its_member_anchor_and_newest(
    box: RegistrySandbox, *, cut_between: bool
) -> None:
    box.land(UNIT, 2, quality=0.95)
    if cut_between:
        released(box)
    with folded(box) as ledger:
        before, admitted = ledger.state.units[UNIT], ledger.state.admitted(UNIT)
    assert (before.member, list(admitted.newest_first())) == (2, [2, 1])
    land_policy(box, **without(UNIT))
    if cut_between:
        released(box)
    with folded(box) as ledger:
        assert ledger.state.release is not None
        assert UNIT not in ledger.state.release.members
        assert ledger.state.units[UNIT].member is None
    box.land("aws/runtime-distilled", 2, quality=0.95)
    box.land("aws/inference-benchmark", 2, subject="aws/runtime-distilled@v2", quality=0.95)
    if cut_between:
        released(box)
    land_policy(box)
    tags = released(box)
    with folded(box) as ledger:
        assert (ledger.state.units[UNIT], ledger.state.admitted(UNIT)) == (before, admitted)
        found = ledger.release(tags[-1])
        assert found is not None
        assert found.record["units"][UNIT]["member"] == 2
    replayed = fedfuse(box.root, "audit", "--replay", "--offline")
    assert replayed.code == 0, replayed.out


def test_a_member_yanked_while_its_unit_was_off_does_not_come_back(box: RegistrySandbox) -> None:
    released(box)
    box.land(UNIT, 2, quality=0.95)
    released(box)
    land_policy(box, **without(UNIT))
    assert fedfuse(box.root, "yank", f"{UNIT}@v2", "--reason", "it leaks").code == 0
    box.commit("yank")
    land_policy(box)
    released(box)
    with folded(box) as ledger:
        assert ledger.state.units[UNIT].member == 1


def test_another_unit_of_the_registry_is_judged_while_one_is_off(box: RegistrySandbox) -> None:
    land_policy(box, **without(UNIT))
    box.branch("better")
    box.land("aws/runtime-distilled", 2, quality=0.95)
    done = fedfuse(box.root, "check", "--base", "main", "--head", "better", "--offline")
    assert done.code == 0, done.out
