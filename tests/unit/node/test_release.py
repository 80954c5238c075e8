"""What a record says of who answers and who votes."""

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.node_release import ROLES, VOTING, model_id, release

from fedfuse.model.bundle import RECORD
from fedfuse.node.release import Release, release_of

MANIFESTS = {
    unit: {"id": model_id(unit), "artifact": {"format": "gguf", "files": []}} for unit in ROLES
}
RECORD_OF: Mapping[str, Any] = json.loads(release().pulled[RECORD])


def read(**fusion: Any) -> Release:
    record = copy.deepcopy(dict(RECORD_OF))
    record["fusion"] |= fusion
    return release_of(record, MANIFESTS)


def targets(**route: Any) -> list[str]:
    found = read(routes={"chat": {"contract": 1, **route}}).routes["chat"].targets
    return [member.unit for member in found]


@pytest.mark.parametrize(
    ("route", "asked"),
    [
        ({"role": "policy"}, ["aws/judge-c", "gcp/judge-b", "hf/judge-a"]),
        ({"role": "policy", "unit": "hf/judge-a"}, ["hf/judge-a"]),
        ({"role": "textgen", "fallback": ["runtime"]}, ["hf/textgen", "aws/distilled"]),
        (
            {"role": "textgen", "fallback": ["gcp/judge-b", "policy", "textgen"]},
            ["hf/textgen", "gcp/judge-b", "aws/judge-c", "hf/judge-a"],
        ),
    ],
)
def test_a_route_asks_its_target_then_its_role_by_name_then_fallbacks_each_once(
    route: Mapping[str, Any], asked: list[str]
) -> None:
    assert targets(**route) == asked


def test_a_route_without_a_member_is_no_release() -> None:
    with pytest.raises(ValueError, match="prompt type chat goes to benchmark"):
        targets(role="benchmark")


def test_the_optional_fields_of_a_voting_rule_have_their_defaults() -> None:
    plain = read(voting=VOTING).voting
    asked = read(voting={**VOTING, "timeout_ms": 250, "judge": "prompt"}).voting
    assert plain is not None
    assert asked is not None
    assert (plain.timeout_seconds, plain.judges_answer) == (2.0, True)
    assert (asked.timeout_seconds, asked.judges_answer) == (0.25, False)
    assert plain.digest != asked.digest


def test_voters_stand_on_a_base_model_whatever_its_revision_or_on_nothing_but_themselves() -> None:
    record = copy.deepcopy(dict(RECORD_OF))
    record["units"]["gcp/judge-b"]["artifact"]["base_model"] = {"id": "org/a", "revision": "2" * 40}
    record["units"]["aws/judge-c"]["artifact"]["base_model"] = None
    voting = release_of(record, MANIFESTS).voting
    assert voting is not None
    assert voting.rule.voters == {
        "hf/judge-a": "org/a",
        "gcp/judge-b": "org/a",
        "aws/judge-c": "aws/judge-c",
    }


def test_a_release_without_voting_has_no_voters_and_its_name_no_version() -> None:
    found = read(voting=None)
    assert (found.voters, found.name) == ((), "acme-ai-federated")
