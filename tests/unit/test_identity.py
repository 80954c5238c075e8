"""Who may open which pull request: the numeric account id decides."""

from dataclasses import replace

import pytest

from fedfuse.engine.v1.shape import shape_of
from fedfuse.model import identity
from fedfuse.model.change import Change, Shape
from fedfuse.model.registry import Person, Provider
from fedfuse.model.report import Side
from fedfuse.model.serving import Event
from tests.unit.test_fold import registry

HF, GCP, BOTH, MAINTAINER, APP, STRANGER = range(11, 17)
PEOPLE = replace(
    registry(),
    maintainers=(Person("maintainer", MAINTAINER), Person("both", BOTH)),
    providers={
        "hf": Provider("hf", (Person("hf", HF), Person("both", BOTH)), ("hf://acme/",)),
        "gcp": Provider("gcp", (Person("gcp", GCP),), ("gs://acme/",)),
    },
    app=Person("acme-release[bot]", APP),
)
EVENT, TOOL = "releases/events/0001.yaml", "scripts/fedfuse/gates/quality.py"
MANIFEST = "manifests/hf/textgen-lora/v1.yaml"
FIELDS = {"waive": {"unit": "hf/textgen-lora"}}


def side(actor: int | None, path: str, kind: str = "") -> Side:
    change = Change("A", path, "000000", "100644", "0" * 40, "a" * 40)
    event = Event(1, kind, FIELDS.get(kind, {})) if kind else None
    return identity.of_actor(
        actor, (change,), shape=shape_of((change,)), registry=PEOPLE, event=event
    )


def code(actor: int, path: str, kind: str = "") -> str:
    found = side(actor, path, kind)
    assert (found.status == "ok") is (not found.findings)
    return found.findings[0].code if found.findings else "ok"


@pytest.mark.parametrize("kind", ["promote", "rollback", "hold", "lift", "yank", "waive"])
def test_an_event_is_opened_by_a_maintainer(kind: str) -> None:
    assert code(MAINTAINER, EVENT, kind) == "ok"
    assert code(STRANGER, EVENT, kind) == "E602"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("promote", "ok"),
        ("rollback", "ok"),
        ("yank", "ok"),
        ("hold", "E604"),
        ("lift", "E604"),
        ("waive", "E604"),
    ],
)
def test_the_app_takes_out_of_service_and_asks_for_promotions_only(
    kind: str, expected: str
) -> None:
    assert code(APP, EVENT, kind) == expected


def test_the_app_ingests_and_changes_no_rule() -> None:
    assert code(APP, MANIFEST) == "ok"
    assert code(APP, TOOL) == "E604"
    assert code(APP, EVENT) == "E604"  # a file that is no event


def test_an_app_that_is_a_maintainer_too_may_no_more_than_the_app() -> None:
    people = replace(PEOPLE, maintainers=(Person("app", APP),))
    change = Change("A", EVENT, "000000", "100644", "0" * 40, "a" * 40)
    hold = Event(1, "hold", {})
    assert (
        identity.of_actor(APP, (change,), shape=Shape.EVENT, registry=people, event=hold).status
        == "refused"
    )


def test_a_registry_without_an_app_knows_none() -> None:
    people = replace(PEOPLE, app=None)
    change = Change("A", MANIFEST, "000000", "100644", "0" * 40, "a" * 40)
    (finding,) = identity.of_actor(APP, (change,), shape=Shape.MANIFEST, registry=people).findings
    assert finding.code == "E601"


def test_nobody_waives_for_a_provider_that_they_ship_for() -> None:
    assert code(BOTH, EVENT, "waive") == "E603"
    assert code(BOTH, EVENT, "hold") == "ok"
    assert code(MAINTAINER, EVENT, "waive") == "ok"
    (finding,) = side(BOTH, EVENT, "waive").findings
    assert finding.expected == f"maintainer ({MAINTAINER})"


def test_a_manifest_is_shipped_by_its_own_provider() -> None:
    assert code(HF, MANIFEST) == "ok"
    assert code(GCP, MANIFEST) == "E601"
    assert code(MAINTAINER, MANIFEST) == "E601"


def test_without_a_trusted_id_nothing_is_checked() -> None:
    assert side(None, MANIFEST).status == "not checked"


OF_HF = "manifests/registry/evaluations/hf.textgen-lora.v1.e1.yaml"


@pytest.mark.parametrize(
    ("actor", "expected"),
    [(MAINTAINER, "ok"), (APP, "ok"), (HF, "E605"), (BOTH, "E605"), (STRANGER, "E605")],
)
def test_the_registry_measures_by_maintainers_who_do_not_ship_the_version(
    actor: int, expected: str
) -> None:
    assert code(actor, OF_HF) == expected


def test_a_maintainer_who_ships_for_one_provider_measures_another_for_the_registry() -> None:
    assert code(BOTH, OF_HF.replace("hf.textgen-lora", "gcp.embedder")) == "ok"


def test_a_provider_measures_by_its_own_actors() -> None:
    path = OF_HF.replace("registry", "gcp")
    assert [code(actor, path) for actor in (GCP, HF, MAINTAINER)] == ["ok", "E601", "E601"]
