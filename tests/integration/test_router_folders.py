"""Hostile and broken router folders: each is refused by `check`, and its good twin passes."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.codes import CATALOG
from fedfuse.model.router import FILES, folder_of, macro_f1
from fedfuse.model.yaml_text import render
from tests.support import router_folder as made
from tests.support.changes import check, commit_files, released_registry, said
from tests.support.registry import RegistrySandbox, policy

ROUTES = {
    "chat": {"role": "textgen", "contract": 1},
    "search": {"role": "embed", "contract": 1},
    "serve": {"role": "runtime", "contract": 1},
}
WORDS = ("[PAD]", "[UNK]", *made.LABELS)
DEEP = b', "x": ' + b'{"a": ' * 700 + b'{"Regex": "(a+)+$"}' + b"}" * 700
NAN, INFINITY = float("nan"), float("inf")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """A registry with a release and a routing suite; no router yet."""
    box = released_registry(tmp_path_factory.mktemp("routers") / "registry")
    box.commit("routing suite", dict(made.suite()))
    return box


def embedding(**tensors: made.Tensor | None) -> dict[str, bytes]:
    """The file with tensors replaced, or left out."""
    kept = {k: v for k, v in (made.embedding(5) | tensors).items() if v is not None}
    return {"model.safetensors": made.safetensors(kept)}


def head(labels: int = 3, dimensions: int = 2) -> dict[str, bytes]:
    return {"head.safetensors": made.safetensors(made.head(labels, dimensions))}


def header(text: str, body: bytes = b"") -> dict[str, bytes]:
    return {"head.safetensors": made.framed(text.encode(), body)}


def spread(**places: list[int]) -> dict[str, bytes]:
    """A head whose tensors lie elsewhere; the file has 40 bytes of them."""
    shapes = {"weight": [3, 2], "bias": [3]}
    at = {"weight": [0, 24], "bias": [24, 36]} | places
    document = {
        name: {"dtype": "F32", "shape": shapes.get(name, [1]), "data_offsets": place}
        for name, place in at.items()
    }
    return header(json.dumps(document), bytes(40))


def tokenizer(**parts: Any) -> dict[str, bytes]:
    return {"tokenizer.json": made.tokenizer(WORDS, **parts)}


def evidence(old: str, new: str) -> dict[str, bytes]:
    text = made.evidence(made.suite(), made.LABELS).decode()
    assert old in text
    return {"evidence.csv": text.replace(old, new, 1).encode()}


SPOILED: Mapping[str, tuple[str, dict[str, bytes]]] = {
    "pickle": ("E474 head", {"head.safetensors": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00."}),
    "empty": ("E474 head", {"head.safetensors": b""}),
    "header longer than the file": ("E474 head", {"head.safetensors": b"\xff" * 8 + b"{}"}),
    "header of a megabyte": (
        "E474 head",
        {"head.safetensors": made.framed(b"{" + b" " * 900_000 + b"}", b"")},
    ),
    "header is a list": ("E474 head", header("[]")),
    "header without tensors": ("E474 head", header("{}")),
    "header nested for ever": ("E474 head", header('{"a":' * 9000)),
    "header with a key twice": ("E474 head", header('{"a": 1, "a": 2}')),
    "nine tensors": ("E474 head", header(json.dumps({str(n): {} for n in range(9)}))),
    "tensor is no object": ("E474 head", header('{"bias": 7}')),
    "shape negative": (
        "E474 head",
        header('{"bias": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}', bytes(4)),
    ),
    "shape of truth": (
        "E474 head",
        header('{"bias": {"dtype": "F32", "shape": [true], "data_offsets": [0, 4]}}', bytes(4)),
    ),
    "shape of a cube": (
        "E474 head",
        header('{"bias": {"dtype": "F32", "shape": [1,1,1], "data_offsets": [0, 4]}}', bytes(4)),
    ),
    "type unknown": (
        "E474 head",
        header('{"bias": {"dtype": "OBJ", "shape": [1], "data_offsets": [0, 4]}}', bytes(4)),
    ),
    "type a list": (
        "E474 head",
        header('{"bias": {"dtype": [], "shape": [1], "data_offsets": [0, 4]}}', bytes(4)),
    ),
    "hole at the end": ("E474 head", spread()),
    "hole between": ("E474 head", spread(bias=[28, 40])),
    "overlap": ("E474 head", spread(bias=[0, 12])),
    "longer than its shape": ("E474 head", spread(bias=[24, 40])),
    "beyond the file": ("E474 head", spread(bias=[24, 36], x=[36, 44])),
    "weight not a number": (
        "E474 model",
        embedding(weights=("F32", [5], made.floats(NAN, 1, 1, 1, 1))),
    ),
    "weight infinite": (
        "E474 model",
        embedding(weights=("F32", [5], made.floats(1, 1, 1, 1, INFINITY))),
    ),
    "head of two labels": ("E475 head", head(labels=2)),
    "head of three numbers": ("E475 head", head(dimensions=3)),
    "embedding missing": ("E475 model", embedding(embeddings=None)),
    "embedding of text": ("E475 model", embedding(embeddings=("I64", [5, 2], bytes(80)))),
    "embedding without rows": ("E475 model", embedding(embeddings=("I8", [0, 2], b""))),
    "another tensor": ("E475 model", embedding(more=("F32", [1], bytes(4)))),
    "too few weights": ("E475 model", embedding(weights=("F32", [4], bytes(16)))),
    "mapped to no row": ("E475 model", embedding(embeddings=("I8", [4, 2], bytes(8)))),
    "mapped below": ("E475 model", embedding(mapping=("I32", [5], b"\xff" * 20))),
    "no tokens": ("E475 tokenizer", tokenizer(model={}, added_tokens=[])),
    "token without a row": ("E475 tokenizer", tokenizer(added_tokens=[{"id": 5}])),
    "token below": ("E475 tokenizer", tokenizer(added_tokens=[{"id": -1}])),
    "token of truth": ("E475 tokenizer", tokenizer(added_tokens=[{"id": True}])),
    "token without id": ("E475 tokenizer", tokenizer(added_tokens=["x"])),
    "six tokens of five": (
        "E475 tokenizer",
        tokenizer(model={"type": "Unigram", "vocab": [["a", 0.0]] * 6}),
    ),
    "regular expression": (
        "E475 tokenizer",
        tokenizer(normalizer={"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}),
    ),
    "regular expression far below": (
        "E475 tokenizer",
        {"tokenizer.json": made.tokenizer(WORDS)[:-2] + DEEP + b"}\n"},
    ),
    "tokenizer is a list": ("E475 tokenizer", {"tokenizer.json": b"[]"}),
    "tokenizer not utf-8": ("E475 tokenizer", {"tokenizer.json": b'{"\xff": 1}'}),
    "normalize unsaid": ("E475 config", {"config.json": b"{}"}),
    "normalize a number": ("E475 config", {"config.json": b'{"normalize": 1}'}),
    "config is code": ("E475 config", {"config.json": b"import os\n"}),
    "evidence header": ("E476 evidence.csv:1:1", evidence("item,label", "id,label")),
    "evidence too short": ("E476 evidence.csv:1:1", evidence("t12,serve,0.9\n", "")),
    "evidence too long": (
        "E476 evidence.csv:1:1",
        evidence("t12,serve,0.9\n", "t12,serve,0.9\n" * 2),
    ),
    "evidence without end": ("E476 evidence.csv:1:1", evidence("t12,serve,0.9\n", "t12,serve,0.9")),
    "evidence out of order": ("E476 evidence.csv:2:1", evidence("t1,chat", "t2,chat")),
    "evidence of another label": ("E476 evidence.csv:2:1", evidence("t1,chat", "t1,sing")),
    "evidence score above one": ("E476 evidence.csv:2:1", evidence("0.9", "1.1")),
    "evidence formula": ("E476 evidence.csv:2:1", evidence("0.9", "=1")),
    "evidence of windows": ("E476 evidence.csv:2:1", evidence("0.9\n", "0.9\r\n")),
    "evidence not ascii": ("E476 evidence.csv:2:1", evidence("0.9", "\N{FULLWIDTH DIGIT ZERO}")),
    "another result": ("E477 router", evidence("t1,chat", "t1,serve")),
}


@pytest.mark.parametrize("case", SPOILED)
def test_each_spoiled_file_of_a_router_gives_its_one_finding(
    registry: RegistrySandbox, case: str
) -> None:
    expected, files = SPOILED[case]
    refused(registry, made.router(files=files), expected)


EDITED: Mapping[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "field missing": ("E302 router", lambda d: d.pop("embedding")),
    "field unknown": ("E301 router", lambda d: d.update(note="x")),
    "one label": ("E306 router", lambda d: d.update(labels=["chat"])),
    "label a path": ("E304 router", lambda d: d.update(labels=["chat", "search", "../x"])),
    "threshold above one": ("E305 router", lambda d: d["thresholds"].update(chat=1.5)),
    "source a path": ("E304 router", lambda d: d["embedding"].update(source="/srv/me")),
    "version of another": ("E471 router", lambda d: d.update(version=7)),
    "digest of another": ("E471 router", lambda d: d["files"].update({"config.json": "a" * 64})),
    "threshold missing": ("E472 router", lambda d: d["thresholds"].pop("chat")),
    "threshold of no label": ("E472 router", lambda d: d["thresholds"].update(sing=0.5)),
    "abstains to no label": ("E472 router", lambda d: d.update(abstain_to="sing")),
    "safety of no label": ("E472 router", lambda d: d.update(safety=["sing"])),
    "suite of another digest": ("E473 router", lambda d: d["suite"].update(sha256="a" * 64)),
    "suite that is not there": ("E473 router", lambda d: d["suite"].update(version=2)),
    "macro-F1 forged": ("E477 router", lambda d: d.update(macro_f1=0.9999988)),
}


@pytest.mark.parametrize("case", EDITED)
def test_each_false_word_of_router_json_gives_its_one_finding(
    registry: RegistrySandbox, case: str
) -> None:
    expected, edit = EDITED[case]
    refused(registry, made.router(edit=edit), expected)


def refused(registry: RegistrySandbox, files: made.Files, expected: str) -> None:
    report = check(registry, commit_files(registry, files, parent="main"))
    code, name = expected.split()
    (found,) = report.all_findings
    assert found.code == code
    assert found.place.startswith(f"{folder_of(1)}/{name}")
    assert found.fix
    assert found.code in CATALOG
    assert found.message.isascii()
    assert report.exit_code == 1


@pytest.mark.parametrize("stated", [1.0, 0.9999995])
def test_a_sound_router_is_accepted(registry: RegistrySandbox, stated: float) -> None:
    files = made.router(edit=lambda d: d.update(macro_f1=stated))
    report = check(registry, commit_files(registry, files, parent="main"))
    assert (said(report), report.exit_code) == ([], 0)


@pytest.mark.parametrize("name", FILES)
def test_a_router_without_one_of_its_files_is_refused(registry: RegistrySandbox, name: str) -> None:
    files = made.router()
    del files[f"{folder_of(1)}/{name}"]
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == [f"E470 {folder_of(1)}/{name}"]


def test_a_router_with_a_file_more_is_refused(registry: RegistrySandbox) -> None:
    files = made.router() | {f"{folder_of(1)}/weights.bin": b"x"}
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == [f"E470 {folder_of(1)}/weights.bin"]


def test_a_router_folder_is_at_most_two_megabytes(registry: RegistrySandbox) -> None:
    space = b" " * 1_000_000
    files = made.router(
        files={
            "config.json": b'{"normalize": true}' + space,
            "tokenizer.json": made.tokenizer(WORDS) + space,
            **embedding(embeddings=("I8", [50_000, 2], bytes(100_000))),
        }
    )
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == [f"E470 {folder_of(1)}"]


@pytest.mark.parametrize(("wrong", "codes"), [(2, []), (3, ["E478"])])
def test_a_router_that_is_wrong_too_often_is_refused(
    registry: RegistrySandbox, wrong: int, codes: list[str]
) -> None:
    """Ten of twelve items right are above the floor of 0.8, nine are not."""
    pairs = [(made.LABELS[n % 3], made.LABELS[(n + (n < wrong)) % 3]) for n in range(12)]
    files = made.router(
        files={"evidence.csv": made.evidence(made.suite(), made.LABELS, wrong)},
        edit=lambda d: d.update(macro_f1=macro_f1(made.LABELS, pairs)),
    )
    report = check(registry, commit_files(registry, files, parent="main"))
    assert [found.code for found in report.all_findings] == codes


def test_macro_f1_is_the_mean_of_the_labels_and_counts_a_label_never_met() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]
    assert macro_f1(("a", "b"), pairs) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert macro_f1(("a", "b", "c"), pairs) == pytest.approx((2 / 3 + 4 / 5) / 3)


def test_a_router_chooses_among_some_types_of_its_suite(registry: RegistrySandbox) -> None:
    files = made.router(labels=("chat", "serve"), suite_files=made.suite())
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == []


def test_a_release_pins_a_sound_router_and_none_is_cut_for_a_broken_one(tmp_path: Path) -> None:
    box = released_registry(tmp_path / "registry")
    box.commit("suite and routers", {**made.suite(), **made.router(1)})
    broken = made.router(2, files={"config.json": b"{}"})
    box.commit("as an administrator may", dict(broken))
    notes = {}
    for version in (1, 2, 3):
        fusion = {"routes": ROUTES, "router": {"kind": "linear", "version": version}}
        files = {"registry.yaml": render(policy(fusion=fusion)).encode()}
        merged = check(box, commit_files(box, files, parent="main")).if_merged
        assert merged is not None
        notes[version] = (merged.bump, merged.note)
    assert notes[1] == ("minor", "")
    assert notes[2][0] == notes[3][0] == ""
    assert "releases/routers/v2/config.json: the configuration does not say" in notes[2][1]
    assert "releases/routers/v3/config.json: a router has exactly six files" in notes[3][1]
