"""Whether the model files of a router fit each other: embedding, tokenizer, configuration, head."""

from collections.abc import Iterator, Mapping
from typing import Any

from fedfuse.engine.v1.admission.router_tensors import Tensor, json_object, parse
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted
from fedfuse.model.router import CONFIG, EMBEDDING, HEAD, TOKENIZER, Router

_FIX = "write the folder again with `fedfuse fuse router`"
_EMBEDDING_TYPES: Mapping[str, tuple[frozenset[str], int]] = {
    "embeddings": (frozenset({"I8", "F16", "F32"}), 2),
    "weights": (frozenset({"F16", "F32", "F64"}), 1),
    "mapping": (frozenset({"I32", "I64"}), 1),
}
"""Tensor of a static embedding to the types and the dimensions that it may have."""


def findings(router: Router, files: Mapping[str, bytes], *, folder: str) -> Iterator[Finding]:
    """Everything that would keep a node from loading the files and choosing one of the labels."""
    tensors: dict[str, Mapping[str, Tensor]] = {}
    for name in (EMBEDDING, HEAD):
        parsed = _tensors(name, files[name], folder)
        if isinstance(parsed, Finding):
            yield parsed
        else:
            tensors[name] = parsed
    if len(tensors) == 2:
        yield from _shapes(tensors[EMBEDDING], tensors[HEAD], router, folder)
    for name in (CONFIG, TOKENIZER):
        document = json_object(files[name])
        if document is None:
            yield _at(folder, name, "E475", "the file is no JSON object without a key twice")
        elif name == CONFIG:
            yield from _config(document, folder)
        elif EMBEDDING in tensors:
            yield from _tokenizer(document, tensors[EMBEDDING], folder)


def _tensors(name: str, data: bytes, folder: str) -> Mapping[str, Tensor] | Finding:
    parsed = parse(data)
    if isinstance(parsed, str):
        return _at(folder, name, "E474", parsed)
    if wrong := [one for one, tensor in parsed.items() if not tensor.is_finite()]:
        return _at(folder, name, "E474", f"{quoted(min(wrong))} holds a number that is not finite")
    return parsed


def _config(document: Mapping[str, Any], folder: str) -> Iterator[Finding]:
    if type(document.get("normalize")) is not bool:
        yield _at(folder, CONFIG, "E475", "the configuration does not say whether to normalize")


def _shapes(
    embedding: Mapping[str, Tensor], head: Mapping[str, Tensor], router: Router, folder: str
) -> Iterator[Finding]:
    known = all(
        name in _EMBEDDING_TYPES
        and tensor.dtype in _EMBEDDING_TYPES[name][0]
        and len(tensor.shape) == _EMBEDDING_TYPES[name][1]
        for name, tensor in embedding.items()
    )
    if not known or "embeddings" not in embedding or 0 in embedding["embeddings"].shape:
        yield _at(folder, EMBEDDING, "E475", "the file is no static embedding")
        return
    rows, dimensions = embedding["embeddings"].shape
    tokens = _token_count(embedding)
    if "weights" in embedding and embedding["weights"].shape != (tokens,):
        yield _at(folder, EMBEDDING, "E475", "there is not one weight for each token")
    if "mapping" in embedding and any(not 0 <= n < rows for n in embedding["mapping"].numbers()):
        yield _at(folder, EMBEDDING, "E475", f"a token is mapped to no row of {rows}")
    labels = len(router.labels)
    expected = {"weight": ("F32", (labels, dimensions)), "bias": ("F32", (labels,))}
    if {name: (one.dtype, one.shape) for name, one in head.items()} != expected:
        what = f"the head is not F32 weight {labels} x {dimensions} and bias {labels}"
        yield _at(folder, HEAD, "E475", what)


def _token_count(embedding: Mapping[str, Tensor]) -> int:
    return embedding.get("mapping", embedding["embeddings"]).shape[0]


def _tokenizer(
    document: Mapping[str, Any], embedding: Mapping[str, Tensor], folder: str
) -> Iterator[Finding]:
    """Every token has a row, and no regular expression of the file runs on foreign text."""
    if "embeddings" not in embedding:
        return
    tokens, ids = _token_count(embedding), tuple(_ids(document))
    if not ids or any(type(one) is not int or not 0 <= one < tokens for one in ids):
        yield _at(folder, TOKENIZER, "E475", f"its tokens are not among the {tokens} of the model")
    parts = {key: value for key, value in document.items() if key != "model"}
    if _holds_regex(parts):
        what = "the tokenizer holds a regular expression"
        yield _at(folder, TOKENIZER, "E475", what)


def _ids(document: Mapping[str, Any]) -> Iterator[object]:
    model, added = document.get("model"), document.get("added_tokens")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if isinstance(vocabulary, dict):
        yield from vocabulary.values()
    elif isinstance(vocabulary, list):
        yield from range(len(vocabulary))
    for one in added if isinstance(added, list) else ():
        yield one.get("id") if isinstance(one, dict) else None


def _holds_regex(value: object) -> bool:
    """Without recursion: how deep the file goes is not ours to choose."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if "Regex" in one:
                return True
            left += one.values()
        elif isinstance(one, list):
            left += one
    return False


def _at(folder: str, name: str, code: str, message: str) -> Finding:
    return Finding(f"{folder}/{name}", 0, 0, code, message, fix=_FIX)
