from fedfuse.engine.v1 import policy
from fedfuse.model.registry import Person, Provider
from tests.support.registry import MAINTAINER
from tests.support.registry import policy as document


def test_people_and_providers_are_read_by_their_ids_and_in_order() -> None:
    app = {"login": "acme-release[bot]", "id": 5001}
    settings = policy.from_document(document(app=app))
    assert settings.maintainers == (Person("maintainer", MAINTAINER),)
    assert settings.app == Person("acme-release[bot]", 5001)
    expected = Provider("hf", (Person("hf-bot", 101),), ("hf://acme/", "dir:hf/"))
    assert settings.providers["hf"] == expected
    assert settings.bot == "acme-release <release@acme.invalid>"


def test_a_registry_names_a_folder_of_artifacts_or_has_none() -> None:
    without = document()
    del without["artifact_root"]
    assert policy.from_document(without).artifact_root == ""
    assert policy.from_document({**without, "artifact_root": "store"}).artifact_root == "store"


def test_a_machine_costs_something_unless_the_registry_says_otherwise() -> None:
    assert not policy.from_document(document()).free_machines
    assert policy.from_document(document(free_machines=True)).free_machines
