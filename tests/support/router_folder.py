"""A tiny routing suite and a tiny router that chooses among its types, made without any library."""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fedfuse.model.canonical import sha256
from fedfuse.model.router import folder_of

Files = dict[str, bytes]
Tensor = tuple[str, Sequence[int], bytes]
"""Type, shape and bytes."""
LABELS = ("chat", "search", "serve")
SUITE = "schemas/suites/routing/v1"
PARTS = {"train": "l", "calibration": "c", "test": "t"}
_PER_LABEL = 4
"""Items of each label in each part."""


def suite(labels: Sequence[str] = LABELS) -> Files:
    """A routing suite: every part has its own families."""
    files: Files = {}
    pins = {}
    for part, letter in PARTS.items():
        rows = [
            {
                "id": f"{letter}{1 + n}",
                "category": labels[n % len(labels)],
                "cluster": f"{labels[n % len(labels)]}-{part}",
                "prompt": f"{labels[n % len(labels)]} {part} {n}",
            }
            for n in range(_PER_LABEL * len(labels))
        ]
        data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        files[f"{SUITE}/{part}.jsonl"] = data
        pins[part] = {"file": f"{part}.jsonl", "sha256": sha256(data), "items": len(rows)}
    document = {
        "apiVersion": "fedfuse/v1",
        "kind": "Suite",
        "name": "routing",
        "version": 1,
        "license": "apache-2.0",
        "parts": pins,
    }
    files[f"{SUITE}/suite.yaml"] = f"{json.dumps(document, indent=1)}\n".encode()
    return files


def safetensors(tensors: Mapping[str, Tensor]) -> bytes:
    """A file with these tensors, one after the other."""
    header: dict[str, Any] = {}
    body = b""
    for name, (dtype, shape, data) in tensors.items():
        place = [len(body), len(body) + len(data)]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": place}
        body += data
    return framed(json.dumps(header).encode(), body)


def framed(header: bytes, body: bytes) -> bytes:
    """A header and what follows it."""
    return struct.pack("<Q", len(header)) + header + body


def floats(*numbers: float) -> bytes:
    """32-bit numbers."""
    return struct.pack(f"<{len(numbers)}f", *numbers)


def router(
    version: int = 1,
    labels: Sequence[str] = LABELS,
    *,
    suite_files: Files | None = None,
    files: Mapping[str, bytes] | None = None,
    edit: Callable[[dict[str, Any]], object] = lambda _: None,
) -> Files:
    """The six files of a router that is right on every test item.

    `files` replace files before `router.json` names their digests; `edit` then changes that.
    """
    words = ("[PAD]", "[UNK]", *labels)
    made: Files = {
        "model.safetensors": safetensors(embedding(len(words))),
        "head.safetensors": safetensors(head(len(labels))),
        "config.json": b'{"model_type": "model2vec", "normalize": true}\n',
        "tokenizer.json": tokenizer(words),
        "evidence.csv": evidence(suite_files or suite(labels), labels),
    }
    made |= files or {}
    folder = folder_of(version)
    document = _document(version, labels, suite_files or suite(labels), made)
    edit(document)
    made["router.json"] = f"{json.dumps(document, indent=1)}\n".encode()
    return {f"{folder}/{name}": data for name, data in sorted(made.items())}


def embedding(tokens: int, *, rows: int = 0) -> dict[str, Tensor]:
    """Two numbers for each row, and each token's own row unless there are fewer."""
    rows = rows or tokens
    numbers = (n % 100 for n in range(2 * rows))
    mapping = struct.pack(f"<{tokens}i", *(n % rows for n in range(tokens)))
    return {
        "mapping": ("I32", [tokens], mapping),
        "weights": ("F32", [tokens], floats(*[1.0] * tokens)),
        "embeddings": ("I8", [rows, 2], struct.pack(f"<{2 * rows}b", *numbers)),
    }


def head(labels: int, dimensions: int = 2) -> dict[str, Tensor]:
    """One row of weights for each label."""
    weight = floats(*map(float, range(labels * dimensions)))
    bias = floats(*[0.0] * labels)
    return {"weight": ("F32", [labels, dimensions], weight), "bias": ("F32", [labels], bias)}


def tokenizer(words: Sequence[str], **parts: Any) -> bytes:
    """A tokenizer that knows words; `parts` replace others of its fields."""
    special = [
        {
            "id": n,
            "content": words[n],
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for n in range(2)
    ]
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: n for n, word in enumerate(words)},
            "unk_token": words[1],
        },
        **parts,
    }
    return f"{json.dumps(document)}\n".encode()


def evidence(files: Files, labels: Sequence[str], wrong: int = 0) -> bytes:
    """What a router chose for each test item; the first `wrong` of them are another label."""
    rows = [json.loads(line) for line in files[f"{SUITE}/test.jsonl"].splitlines()]
    rows = [row for row in rows if row["category"] in labels]
    lines = ["item,label,score"]
    for n, row in enumerate(rows):
        at = labels.index(row["category"])
        lines.append(f"{row['id']},{labels[(at + 1) % len(labels) if n < wrong else at]},0.9")
    return "".join(f"{line}\n" for line in lines).encode()


def _document(version: int, labels: Sequence[str], suite_: Files, made: Files) -> dict[str, Any]:
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "Router",
        "version": version,
        "labels": list(labels),
        "thresholds": dict.fromkeys(labels, 0.5),
        "abstain_to": labels[0],
        "safety": [labels[-1]],
        "suite": {
            "name": "routing",
            "version": 1,
            "sha256": sha256(suite_[f"{SUITE}/suite.yaml"]),
        },
        "embedding": {"source": "acme/tiny", "license": "apache-2.0"},
        "macro_f1": 1.0,
        "files": {name: sha256(data) for name, data in sorted(made.items())},
    }
