import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.flows.authoring.fuse_input import candidates, duplicates
from fedfuse.flows.authoring.fuse_input import problems as problems_of
from fedfuse.model.document import Document, Place, Pointer
from fedfuse.model.finding import Finding


def locate(where: Pointer) -> Place:
    return Place((len(where), 1), (len(where), 1))


def source(document: dict[str, Any], path: str = "hf.json") -> Document:
    return Document(path, document, locate)


def problems(found: Document) -> tuple[Finding, ...]:
    return problems_of(found, "hf")


def metrics(**changed: Any) -> dict[str, Any]:
    good = {"quality": 0.8, "safety": 0.98, "latency_ms_p95": 150, "cost_per_1k_tokens": 0.8}
    return good | changed


def artifact(**changed: Any) -> dict[str, Any]:
    good = {
        "id": "acme/textgen-lora-v3",
        "role": "textgen",
        "metrics": metrics(),
        "uri": "hf://acme/textgen-lora-v3",
    }
    return good | changed


def without(document: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != field}


def offer(*artifacts: Any, **changed: Any) -> dict[str, Any]:
    return {"provider": "hf", "artifacts": list(artifacts) or [artifact()]} | changed


def manifest(**changed: Any) -> dict[str, Any]:
    good = {
        "apiVersion": "fedfuse/v1",
        "kind": "Manifest",
        "provider": "hf",
        "unit": "textgen-lora",
        "version": 3,
        "id": "acme/textgen-lora-v3",
        "role": "textgen",
        "track": "release",
        "artifact": {"uri": "hf://acme/textgen-lora-v3", "revision": "ab" * 20},
        "metrics": metrics(),
    }
    return good | changed


def only_problem(document: dict[str, Any]) -> Finding:
    (finding,) = problems(source(document))
    return finding


def test_the_minimal_form_offers_its_artifacts() -> None:
    (one,) = candidates(source(offer()))
    assert (one.id, one.role.name, one.revision) == ("acme/textgen-lora-v3", "textgen", "")
    assert one.metrics == metrics()
    assert all(isinstance(value, float) for value in one.metrics.values())
    assert problems(source(offer())) == ()


def test_a_full_manifest_offers_one_artifact_with_its_revision() -> None:
    assert problems(source(manifest())) == ()
    (one,) = candidates(source(manifest()))
    assert (one.uri, one.revision) == ("hf://acme/textgen-lora-v3", "ab" * 20)


BAD = [
    (offer(provider="gcp"), "E902", "provider is not the provider of this option"),
    (without(offer(), "provider"), "E902", "provider is missing"),
    (without(offer(), "artifacts"), "E302", "artifacts is missing"),
    (offer(artifacts=[]), "E306", "artifacts has the wrong number of entries"),
    (offer(artifacts={}), "E303", "artifacts has the wrong type"),
    (offer("textgen-lora-v3"), "E303", "artifacts[0] has the wrong type"),
    (offer(notes="x"), "E301", "notes is no known field"),
    (offer(artifact(score=1)), "E301", "artifacts[0].score is no known field"),
    (offer(artifact(metrics=metrics(bleu=0.4))), "E301", "artifacts[0].metrics.bleu is no known"),
    (offer(without(artifact(), "id")), "E302", "artifacts[0].id is missing"),
    (offer(artifact(id="a b")), "E304", "artifacts[0].id has a value"),
    (offer(artifact(id="a/b\n")), "E304", "artifacts[0].id has a value"),
    (offer(artifact(id=7)), "E303", "artifacts[0].id has the wrong type"),
    (offer(without(artifact(), "uri")), "E302", "artifacts[0].uri is missing"),
    (offer(artifact(role="embed")), "E905", "artifacts[0].role is not what is fused from"),
    (offer(without(artifact(), "role")), "E302", "artifacts[0].role is missing"),
    (offer(without(artifact(), "metrics")), "E302", "artifacts[0].metrics is missing"),
    (offer(artifact(metrics=[0.8])), "E303", "artifacts[0].metrics has the wrong type"),
    (manifest(kind="Evaluation"), "E304", "kind has a value that is not allowed"),
    (manifest(track="experiment"), "E304", "track has a value that is not allowed"),
    (manifest(apiVersion="v9"), "E304", "apiVersion has a value that is not allowed"),
    (manifest(artifacts=[]), "E301", "artifacts is no known field"),
    (manifest(artifact={"uri": "hf://acme/x"}), "E302", "artifact.revision is missing"),
    (manifest(artifact={"revision": "main"}), "E302", "artifact.uri is missing"),
    (manifest(role="policy"), "E905", "role is not what is fused from"),
    (manifest(metrics=without(metrics(), "quality")), "E302", "metrics.quality is missing"),
]


@pytest.mark.parametrize(("document", "code", "message"), BAD, ids=lambda value: str(value)[:40])
def test_a_wrong_document_has_exactly_one_finding(
    document: dict[str, Any], code: str, message: str
) -> None:
    finding = only_problem(document)
    assert finding.code == code
    assert finding.message.startswith(message)
    assert finding.fix


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("quality", None, "E303"),
        ("quality", True, "E303"),
        ("quality", "0.8", "E303"),
        ("quality", math.nan, "E303"),
        ("latency_ms_p95", math.inf, "E303"),
        ("quality", 84.2, "E305"),
        ("safety", 99, "E305"),
        ("quality", -0.1, "E305"),
        ("quality", 101, "E305"),
        ("latency_ms_p95", -1, "E305"),
        ("cost_per_1k_tokens", -0.001, "E305"),
        ("cost_per_1k_tokens", 10**400, "E305"),
    ],
)
def test_a_metric_that_is_no_measured_number_is_refused_by_name(
    name: str, value: Any, code: str
) -> None:
    finding = only_problem(offer(artifact(metrics=metrics(**{name: value}))))
    assert finding.code == code
    assert finding.message.startswith(f"artifacts[0].metrics.{name} ")


def test_a_percentage_is_answered_with_the_share_to_write() -> None:
    finding = only_problem(offer(artifact(metrics=metrics(quality=84.2))))
    assert (finding.found, finding.fix) == (
        "84.2",
        "write the share, not the percentage: 0.842",
    )


@pytest.mark.parametrize("name", metrics())
def test_each_metric_of_the_role_must_be_there(name: str) -> None:
    finding = only_problem(offer(artifact(metrics=without(metrics(), name))))
    assert finding.message == f"artifacts[0].metrics.{name} is missing"


def test_an_embed_artifact_may_leave_safety_out_but_may_not_state_it_wrongly() -> None:
    def of_embedder(found: dict[str, Any]) -> tuple[Finding, ...]:
        one = artifact(id="acme/embedder-v1", role="embed", metrics=found)
        return problems_of(source(offer(one, provider="gcp")), "gcp")

    assert of_embedder(without(metrics(), "safety")) == ()
    assert of_embedder(metrics()) == ()
    (finding,) = of_embedder(metrics(safety="high"))
    assert finding.code == "E303"


@pytest.mark.parametrize(
    "uri",
    [
        "https://huggingface.co@evil.example/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "hf://user:secret@acme/x",
        "hf://acme/x?token=1",
        "hf://acme/%2e%2e/x",
        "s3://bucket/../x",
        "dir:/etc/passwd",
        "ext::sh -c",
        "hf://acme/x\n",
        "hf://",
        "",
    ],
)
def test_a_uri_that_is_no_plain_artifact_path_is_refused(uri: str) -> None:
    finding = only_problem(offer(artifact(uri=uri)))
    assert finding.code == "E304"
    assert finding.message.startswith("artifacts[0].uri ")


@pytest.mark.parametrize("uri", ["hf://acme/x", "gs://b/a/b-1", "s3://b/k=1/x.tar", "dir:out/x-v1"])
def test_a_plain_artifact_path_is_accepted(uri: str) -> None:
    assert problems(source(offer(artifact(uri=uri)))) == ()


def test_all_problems_of_a_file_are_told_at_once_where_they_are() -> None:
    document = offer(artifact(role="embed", metrics=metrics(quality=84)), artifact(id=None), x=1)
    found = problems(source(document))
    assert [finding.code for finding in found] == ["E301", "E303", "E305", "E905"]
    assert found[2].place == "hf.json:4:1"


def test_an_id_that_occurs_twice_is_refused_within_and_across_files() -> None:
    twice = source(offer(artifact(), artifact()))
    (within,) = duplicates([twice])
    assert within.message == "artifacts[1].id repeats the id at artifacts[0].id of hf.json"
    one = source(offer())
    other = source(offer(provider="aws"), "aws.json")
    assert [finding.path for finding in duplicates([one, other])] == ["aws.json"]
    assert [*duplicates([one])] == []


def test_hostile_names_are_quoted_in_the_message() -> None:
    finding = only_problem(offer(**{"\x1b[2J</details>": 1}))
    assert "\x1b" not in finding.message


values = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**400, 0.5, math.nan, "", "textgen", "hf://acme/x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*artifact(), *metrics(), "kind", "x"]), inner, max_size=4
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["kind", "artifacts", "id", "artifact"]), values))
def test_any_document_is_either_refused_or_offers_candidates(document: dict[str, Any]) -> None:
    found = source({"provider": "hf", **document})
    assert problems(found) or candidates(found)
