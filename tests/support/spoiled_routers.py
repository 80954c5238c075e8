"""Files of a router that are spoiled in one way each, with the finding that they must give."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support import router_folder as made

WORDS = ("[PAD]", "[UNK]", *made.LABELS)
DEEP = b', "x": ' + b'{"a": ' * 700 + b'{"Regex": "(a+)+$"}' + b"}" * 700
NAN, INFINITY = float("nan"), float("inf")


def embedding(**tensors: made.Tensor | None) -> dict[str, bytes]:
    """The file with tensors replaced, or left out."""
    kept = {k: v for k, v in (made.embedding(5) | tensors).items() if v is not None}
    return {"model.safetensors": made.safetensors(kept)}


def head(labels: int = 3, dimensions: int = 2) -> dict[str, bytes]:
    """A head of another shape."""
    return {"head.safetensors": made.safetensors(made.head(labels, dimensions))}


def header(text: str, body: bytes = b"") -> dict[str, bytes]:
    """A head whose header says this."""
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
    """A tokenizer with parts replaced."""
    return {"tokenizer.json": made.tokenizer(WORDS, **parts)}


def evidence(old: str, new: str) -> dict[str, bytes]:
    """Evidence with one text replaced."""
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
"""What is wrong to code and file, with the place in it where there is one, and the files."""
