"""The model card: what the Hub reads is valid, and nothing in a record can steer a reader."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from huggingface_hub import ModelCard, ModelCardData

from fedfuse.report.bundle_pages import model_card as render
from fedfuse_demo.hub.card import problem_of
from tests.unit.report.hostile import Rendered

BASE = {"id": "acme/base", "revision": "b" * 40}
HOSTILE = (
    "x`</details>\n---\n| PASS | @acme/all [a](http://evil.test) <img src=x> ::stop-commands::"
)


def unit(role: str = "textgen", **changed: Any) -> Mapping[str, Any]:
    artifact = {
        "uri": "hf://acme/textgen-lora-v3",
        "revision": "a" * 40,
        "format": changed.pop("format", "lora-safetensors"),
        "digest": "d" * 64,
        "base_model": changed.pop("base_model", BASE),
    }
    return {"role": role, "member": 3, "license": "apache-2.0", "artifact": artifact, **changed}


def card_of(units: Mapping[str, Any], **changed: Any) -> str:
    router = changed.pop("router", {"kind": "static"})
    record = {
        "release": "acme-ai-federated-v1.0.0",
        "repository": "acme/registry",
        "commit": "c" * 40,
        "created": "2026-11-24T03:07:45Z",
        "digests": {"suites": {"canonical/v1": "e" * 64}},
        "units": units,
        "fusion": {"routes": {"chat": {"role": "textgen", "contract": 1}}, "router": router},
        "metrics": {
            f"{name}@v3": {"quality": "0.842", "safety": "0.991"}
            for name, facts in units.items()
            if facts["member"]
        },
        **changed,
    }
    return render(record).decode()


def metadata(card: str) -> Mapping[str, Any]:
    assert problem_of(card) == ""
    data: Mapping[str, Any] = yaml.safe_load(card.split("---\n", 2)[1])
    return data


def test_the_client_reads_license_base_model_and_results_from_the_card() -> None:
    card = card_of({"hf/textgen-lora": unit()})
    data = ModelCard(card).data
    assert isinstance(data, ModelCardData)
    assert data.eval_results is not None
    assert (data.license, data.base_model) == ("apache-2.0", ["acme/base"])
    assert metadata(card)["base_model_relation"] == "adapter"
    results = {result.metric_type: result.metric_value for result in data.eval_results}
    assert results == {"quality": 0.842, "safety": 0.991}
    assert {result.dataset_type for result in data.eval_results} == {"canonical/v1"}


def test_units_under_different_licenses_make_the_license_other_with_a_name() -> None:
    units = {"hf/a": unit(), "gcp/b": unit("embed", license="mit")}
    said = metadata(card_of(units))
    assert (said["license"], said["license_name"]) == ("other", "apache-2.0-and-mit")


def test_a_license_the_hub_does_not_know_is_other_with_its_name() -> None:
    said = metadata(card_of({"hf/a": unit(license="acme-house-1.0")}))
    assert (said["license"], said["license_name"]) == ("other", "acme-house-1.0")


@pytest.mark.parametrize(
    ("formats", "relation"),
    [
        (("lora-safetensors", "config"), "adapter"),
        (("gguf",), "quantized"),
        (("gguf", "config"), "finetune"),
        (("onnx",), "finetune"),
    ],
)
def test_the_relation_to_the_base_models_follows_from_the_formats(
    formats: tuple[str, ...], relation: str
) -> None:
    units = {f"hf/u{n}": unit(format=name) for n, name in enumerate(formats)}
    assert metadata(card_of(units))["base_model_relation"] == relation


def test_a_release_without_base_models_claims_no_relation() -> None:
    said = metadata(card_of({"hf/a": unit(base_model=None)}))
    assert "base_model" not in said
    assert "base_model_relation" not in said


def test_a_unit_that_is_no_member_is_not_in_the_card() -> None:
    absent = unit(member=None, license=None, artifact=None)
    assert "gcp/embedder" not in card_of({"hf/a": unit(), "gcp/embedder": absent})


def test_hostile_strings_stay_text_in_metadata_and_page() -> None:
    bad = unit(HOSTILE, license=HOSTILE, base_model={"id": HOSTILE, "revision": HOSTILE})
    artifact = {**bad["artifact"], "uri": HOSTILE}
    card = card_of({"hf/a": {**bad, "artifact": artifact}}, repository=HOSTILE, commit=HOSTILE)
    assert set(metadata(card)) == {
        "license",
        "license_name",
        "base_model",
        "base_model_relation",
        "tags",
        "model-index",
    }
    page = Rendered.of(card.split("---\n", 2)[2])
    page.assert_inert()
    assert "PASS" not in page.prose


def test_the_same_record_gives_the_same_bytes_whatever_the_order_of_its_keys() -> None:
    one, other = unit(), unit("embed")
    assert card_of({"hf/a": one, "hf/b": other}) == card_of({"hf/b": other, "hf/a": one})


@pytest.mark.parametrize(
    ("route", "row"),
    [
        ({}, "| `chat` | `textgen` | `v1` |"),
        (
            {"fallback": ["runtime", "gcp/b"]},
            "| `chat` | `textgen`, then `runtime`, `gcp/b` | `v1` |",
        ),
        ({"unit": "hf/a"}, "| `chat` | `textgen`, unit `hf/a` | `v1` |"),
    ],
)
def test_the_card_says_who_answers_a_prompt_type_and_what_is_tried_next(
    route: Mapping[str, Any], row: str
) -> None:
    routes = {"chat": {"role": "textgen", "contract": 1, **route}}
    fusion = {"routes": routes, "router": {"kind": "static"}}
    assert row in card_of({"hf/a": unit()}, fusion=fusion).splitlines()


def test_the_card_says_where_a_trained_router_proves_its_worth_and_where_not() -> None:
    linear = card_of({"hf/lora": unit()}, router={"kind": "linear", "version": 2})
    assert "`releases/routers/v2/router.json` has its" in linear
    assert "On text of another origin" in linear
    assert "router" not in card_of({"hf/lora": unit()})


VOTING = {"prompt_types": ["jailbreak"], "voters": ["hf/a", "gcp/b", "aws/c"], "quorum": 2}
STATIC = {"routes": {}, "router": {"kind": "static"}}


def test_the_card_says_the_voting_rule_in_a_sentence() -> None:
    card = card_of({"hf/a": unit()}, fusion={**STATIC, "voting": VOTING})
    assert (
        "Prompts of type `jailbreak` are voted on by `hf/a`, `gcp/b`, `aws/c`, one vote per base"
        " model: 2 votes decide, and anything else is escalated, which the client sees as a"
        " refusal." in card
    )
    assert "voted on" not in card_of({"hf/a": unit()})


def test_the_card_says_what_every_unit_stands_on_and_who_taught_the_student() -> None:
    taught = {"student": "aws/runtime", "teachers": ["hf/a", "gcp/b"], "margin": 0.02}
    units = {"hf/a": unit(), "aws/runtime": unit("runtime", base_model=None)}
    card = card_of(units, fusion={**STATIC, "distillation": taught})
    assert f"- `hf/a@v3` stands on `acme/base@{'b' * 40}`." in card.splitlines()
    assert "- `aws/runtime` learns from `hf/a`, `gcp/b`." in card.splitlines()
    assert "`aws/runtime@v3` stands on" not in card
    assert "learns from" not in card_of({"hf/a": unit()}, fusion={**STATIC, "distillation": taught})


def test_a_voting_rule_and_a_lineage_cannot_steer_a_reader() -> None:
    voting = {"prompt_types": [HOSTILE], "voters": [HOSTILE], "quorum": 1}
    taught = {"student": HOSTILE, "teachers": [HOSTILE]}
    card = card_of({HOSTILE: unit()}, fusion={**STATIC, "voting": voting, "distillation": taught})
    Rendered.of(card.split("---\n", 2)[2]).assert_inert()
