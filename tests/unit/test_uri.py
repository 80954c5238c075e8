import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1.admission import uri

PREFIXES = ("hf://acme/", "gs://acme-models/", "s3://acme-models/prod", "dir:models/")


@pytest.mark.parametrize(
    "text",
    [
        "hf://acme/textgen-lora-v3",
        "gs://acme-models/embedder/v3",
        "gs://acme-models/dt=2026-11-20/model.onnx",
        "s3://acme-models/prod/runtime/v1",
        "dir:models/textgen",
        "gs://acme-models/embedder/",
        "gs://acme-models/" + "/".join(["x"] * 31),
    ],
)
def test_a_plain_address_under_a_prefix_is_allowed(text: str) -> None:
    assert uri.problem(text, prefixes=PREFIXES) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("file:///etc/passwd", "empty segment"),
        ("http://169.254.169.254/latest/meta-data/", "IP address"),
        ("https://huggingface.co@evil.tld/", "user"),
        ("ext::sh -c true", "port"),
        ("HF://acme/x", "no scheme"),
        ("//acme/x", "no scheme"),
        ("", "no scheme"),
        ("hf://169.254.169.254/latest", "IP address"),
        ("hf://2852039166/latest", "IP address"),
        ("hf://0xa9fea9fe/latest", "IP address"),
        ("gs://127.1/x", "IP address"),
        ("hf://[::1]/x", "port"),
        ("hf://[fe80]/x", "IP address"),
        ("hf://acme:8080/x", "port"),
        ("hf://acme/x@main", "branch"),
        ("hf://alice:pw@acme/x", "user"),
        ("gs://acme-models@evil/x", "user"),
        ("s3://acme-models/prod/x?X-Amz-Signature=abc", "query"),
        ("hf://acme/x#main", "fragment"),
        ("hf://acme/%2e%2e%2fevil", "percent-encoded"),
        ("gs://acme-models/../other/x", "`..`"),
        ("gs://acme-models/./x", "`..`"),
        ("dir:../x", "`..`"),
        ("dir:/etc/passwd", "empty segment"),
        ("gs://acme-models//x", "empty segment"),
        ("hf:///x", "empty segment"),
        ("dir:models\\x", "backslash"),
        ("gs://acme-models/a b", "not allowed"),
        ("gs://acme-models/a\nb", "not allowed"),
        ("hf://acme/\u0442extgen", "not allowed"),
        ("gs://acme-models/.git", "not allowed"),
        ("gs://acme-models/-x", "not allowed"),
        ("hf://acme/$HOME", "not allowed"),
        ("gs://acme-models/" + "/".join(["x"] * 32), "too many segments"),
    ],
)
def test_what_could_lead_elsewhere_is_refused(text: str, says: str) -> None:
    problem = uri.problem(text, prefixes=(*PREFIXES, "hf://", "gs://", "s3://", "dir:"))
    assert problem is not None
    assert problem.code == "E324"
    assert says in problem.message
    assert problem.expected
    assert problem.fix


@pytest.mark.parametrize(
    "text",
    [
        "hf://other/textgen-lora-v3",
        "hf://acme-evil/x",
        "gs://acme-models-evil/x",
        "s3://acme-models/production/x",
        "s3://acme-models/x",
        "dir:modelsevil/x",
        "gs://acme/x",
        "ftp://acme-models/x",
        "gs://acme-models",
    ],
)
def test_another_place_is_refused_also_when_the_name_only_begins_alike(text: str) -> None:
    problem = uri.problem(text, prefixes=PREFIXES)
    assert problem is not None
    assert problem.code == "E329"
    assert "gs://acme-models/" in problem.expected


def test_a_provider_without_prefixes_ships_nothing() -> None:
    assert uri.problem("hf://acme/x", prefixes=()) is not None


@given(st.text(max_size=60))
def test_no_text_after_a_prefix_escapes_it(tail: str) -> None:
    text = f"gs://acme-models/{tail}"
    if uri.problem(text, prefixes=("gs://acme-models/",)) is None:
        assert not {"..", ".", ""} & {*tail.removesuffix("/").split("/")}
        assert tail.isascii()
        assert not {*tail} & {*"@?#%:\\[] \n"}
