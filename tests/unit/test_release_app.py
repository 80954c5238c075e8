"""The rulesets about one App, whichever it was before, and the line that names it."""

import json
from typing import Any

import pytest

from fedfuse.errors import UsageError
from fedfuse.flows.registry import organisation
from fedfuse.model.registry import Person
from fedfuse.model.release_app import ACTIONS, WITHOUT_APP, ReleaseApp, about, app_ids, render
from fedfuse.model.ruleset import required_check
from tests.support.registry import TOOL

APP = ReleaseApp("acme-release", 9001, 5001)
Rulesets = dict[str, dict[str, Any]]


@pytest.fixture
def written() -> Rulesets:
    """The rulesets of this repository."""
    files = (TOOL / ".github/rulesets").glob("*.json")
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


def ids(rulesets: Any) -> set[int]:
    return {number for one in rulesets.values() for number in app_ids(render(one))}


def test_the_app_reports_the_verdict_and_bypasses_reviews_and_tag_creation_alone(
    written: Rulesets,
) -> None:
    made = about(written, APP.app_id)
    check = required_check(made["main-verdict"], "fedfuse/verdict")
    assert check == {"context": "fedfuse/verdict", "integration_id": APP.app_id}
    assert {name for name, one in made.items() if one["bypass_actors"]} == {
        "main-review",
        "tags-create",
    }
    assert ids(made) == {APP.app_id}


def test_actions_reports_the_verdict_and_bypasses_nothing(written: Rulesets) -> None:
    made = about(written, ACTIONS.app_id)
    assert set(made) == set(WITHOUT_APP)
    assert ids(made) == {ACTIONS.app_id}
    assert not any(one["bypass_actors"] for one in made.values())


def test_naming_an_app_forgets_the_one_before_and_nothing_else(written: Rulesets) -> None:
    direct = about(written, APP.app_id)
    assert about(about(written, ACTIONS.app_id), APP.app_id) == direct
    assert about(direct, APP.app_id) == direct
    [own] = ids(written)
    assert about(direct, own) == written


def test_what_a_registry_decided_itself_stays(written: Rulesets) -> None:
    written["main-review"]["rules"][0]["parameters"]["required_approving_review_count"] = 2
    written["main-verdict"]["rules"][-1]["parameters"]["required_status_checks"].append(
        {"context": "ci", "integration_id": 7}
    )
    made = about(written, APP.app_id)
    assert made["main-review"]["rules"] == written["main-review"]["rules"]
    assert required_check(made["main-verdict"], "ci") == {"context": "ci", "integration_id": 7}


def test_an_app_is_typed_by_its_three_names() -> None:
    named = organisation.release_app("acme-release:9001:5001", option="APP")
    assert named == APP
    assert named.bot == Person("acme-release[bot]", 5001)


@pytest.mark.parametrize("word", ["acme-release", "acme:1", "acme:0:1", "acme[bot]:1:2", "a:1:2\n"])
def test_a_word_that_names_no_app_is_refused(word: str) -> None:
    with pytest.raises(UsageError) as refused:
        organisation.release_app(word, option="--app")
    assert refused.value.what.startswith("--app")
