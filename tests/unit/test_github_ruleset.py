"""Rulesets: whatever opens a door is a difference, whatever the host adds by itself is none."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fedfuse.model.ruleset import differences, required_check

CHECK = {"context": "fedfuse/verdict", "integration_id": 9001}
WANTED: dict[str, Any] = {
    "name": "main-verdict",
    "target": "branch",
    "enforcement": "active",
    "bypass_actors": [],
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [
        {"type": "deletion"},
        {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": True,
                "required_status_checks": [CHECK],
            },
        },
    ],
}


def live() -> dict[str, Any]:
    """As the host answers: the same with ids, dates and defaults, in another order."""
    there = copy.deepcopy(WANTED)
    there["rules"].reverse()
    there["rules"][0]["parameters"]["do_not_enforce_on_create"] = False
    return {**there, "id": 7, "source": "acme/registry", "node_id": "x", "_links": {}}


def test_what_the_host_adds_and_how_it_orders_is_no_difference() -> None:
    assert differences(WANTED, live()) == ()


def checks(there: Any) -> Any:
    return there["rules"][0]["parameters"]


DOORS: Mapping[str, Callable[[Any], object]] = {
    "evaluate only": lambda there: there.update(enforcement="evaluate"),
    "one may bypass": lambda there: there["bypass_actors"].append(
        {"actor_id": 5, "actor_type": "RepositoryRole"}
    ),
    "a rule is gone": lambda there: there["rules"].pop(1),
    "a rule more": lambda there: there["rules"].append({"type": "creation"}),
    "not up to date": lambda there: checks(there).update(
        strict_required_status_checks_policy=False
    ),
    "any app": lambda there: checks(there).update(
        required_status_checks=[{"context": "fedfuse/verdict"}]
    ),
    "another check": lambda there: checks(there).update(
        required_status_checks=[{**CHECK, "context": "ci"}]
    ),
    "another branch": lambda there: there["conditions"]["ref_name"].update(
        include=["refs/heads/next"]
    ),
    "an exception": lambda there: there["conditions"]["ref_name"].update(
        exclude=["refs/heads/main"]
    ),
}


def opened(door: str) -> dict[str, Any]:
    there = live()
    DOORS[door](there)
    return there


RULE = "rules.required_status_checks.parameters"


@pytest.mark.parametrize(
    ("door", "where"),
    [
        ("evaluate only", ["enforcement"]),
        ("one may bypass", ["bypass_actors.RepositoryRole 5"]),
        ("a rule is gone", ["rules.deletion"]),
        ("a rule more", ["rules.creation"]),
        ("not up to date", [f"{RULE}.strict_required_status_checks_policy"]),
        ("any app", [f"{RULE}.required_status_checks.fedfuse/verdict.integration_id"]),
        (
            "another check",
            [f"{RULE}.required_status_checks.ci", f"{RULE}.required_status_checks.fedfuse/verdict"],
        ),
        (
            "another branch",
            [
                "conditions.ref_name.include.refs/heads/next",
                "conditions.ref_name.include.~DEFAULT_BRANCH",
            ],
        ),
        ("an exception", ["conditions.ref_name.exclude.refs/heads/main"]),
    ],
)
def test_every_opened_door_is_named(door: str, where: list[str]) -> None:
    assert [one.where for one in differences(WANTED, opened(door))] == where


def test_a_difference_says_what_is_there_and_what_should_be() -> None:
    (found,) = differences(WANTED, opened("evaluate only"))
    assert (found.expected, found.found) == ('"active"', '"evaluate"')


@pytest.mark.parametrize("junk", [{}, {"rules": None}, {"rules": "x", "conditions": []}])
def test_an_answer_of_another_form_is_a_difference_and_no_crash(junk: dict[str, Any]) -> None:
    assert differences(WANTED, junk)


def test_the_required_check_is_found_among_the_rules() -> None:
    assert required_check(WANTED, "fedfuse/verdict") == CHECK
    assert required_check(WANTED, "ci") is None
    assert required_check({"rules": [{"type": "deletion"}]}, "ci") is None
    assert required_check({}, "ci") is None
