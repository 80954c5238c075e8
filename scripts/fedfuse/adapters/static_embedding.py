"""Static word vectors in model2vec's format, by the libraries of the extra `router`.

Nothing is ever unpickled, and nothing is fetched.
"""

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from fedfuse.errors import FedfuseError
from fedfuse.model.router import CONFIG, EMBEDDING, TOKENIZER
from fedfuse.model.routing import CHUNK_WORDS, WINDOW_WORDS, Span, windows, words_and_sentences

Array = Any
"""A numpy array: the library is optional, so its types are not named."""


def libraries() -> tuple[Any, Any, Any]:
    """numpy, tokenizers and safetensors.numpy. Raises FedfuseError, which names the extra."""
    try:
        names = ("numpy", "tokenizers", "safetensors.numpy")
        numpy, tokenizers, safetensors = map(import_module, names)
    except ImportError as err:
        raise FedfuseError(
            "a trained router needs numpy, tokenizers and safetensors",
            fix="pip install 'fedfuse[router]'",
        ) from err
    return numpy, tokenizers, safetensors


class StaticEmbedding:
    """The files of an embedding, ready to turn words into one vector for each span of them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Takes the three files by name. Raises FedfuseError when they do not fit each other."""
        numpy, tokenizers, safetensors = libraries()
        self._numpy = numpy
        try:
            tensors = safetensors.load(files[EMBEDDING])
            self._tokenizer = tokenizers.Tokenizer.from_str(files[TOKENIZER].decode())
            self._normalize = bool(json.loads(files[CONFIG])["normalize"])
            self._vectors = _vectors(numpy, tensors, self._tokenizer)
        except Exception as err:  # the libraries' own classes, and what bad files make them raise
            what = f"the embedding cannot be loaded: {str(err).splitlines()[0][:200]}"
            raise FedfuseError(what, fix="name a folder that model2vec saved") from err
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        model = self._tokenizer.model
        self._unknown = self._tokenizer.token_to_id(getattr(model, "unk_token", None) or "[UNK]")

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return int(self._vectors.shape[1])

    def whole(self, text: str) -> Array:
        """The vector of a normal text."""
        return self.vectors(text, inside=False)[0]

    def vectors(self, text: str, *, inside: bool = True) -> Array:
        """A row for the whole of a normal text, then one for each of its windows."""
        words, sentences = words_and_sentences(text)
        rows: list[Array] = []
        total = self._numpy.zeros(self.dimensions, self._numpy.float64)
        count = 0
        for start in range(0, len(words), CHUNK_WORDS):
            part = words[start : start + CHUNK_WORDS + WINDOW_WORDS]
            sums, starts = self._sums(part)
            end = starts[min(CHUNK_WORDS, len(part))]
            total, count = total + sums[end], count + int(end)
            spans = _spans(sentences, start, len(part)) if inside else []
            rows.append(self._means(sums, starts, spans))
        mean = total / max(count, 1)
        return self._scaled(self._numpy.vstack([mean[None, :], *rows]))

    def _sums(self, words: Sequence[str]) -> tuple[Array, Array]:
        """Running sums over the known tokens of words, and where each word begins in them."""
        numpy = self._numpy
        encoded = self._tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
        ids = numpy.array(encoded.ids, dtype=numpy.int64)
        of = numpy.array(encoded.word_ids, dtype=numpy.int64)
        if self._unknown is not None:
            known = ids != self._unknown
            ids, of = ids[known], of[known]
        sums = numpy.zeros((len(ids) + 1, self.dimensions), numpy.float64)
        numpy.cumsum(self._vectors[ids], axis=0, dtype=numpy.float64, out=sums[1:])
        return sums, numpy.searchsorted(of, numpy.arange(len(words) + 1))

    def _means(self, sums: Array, starts: Array, spans: Sequence[Span]) -> Array:
        numpy = self._numpy
        at = numpy.array(spans, dtype=numpy.int64).reshape(-1, 2)
        begin, end = starts[at[:, 0]], starts[at[:, 1]]
        return (sums[end] - sums[begin]) / numpy.maximum(end - begin, 1)[:, None]

    def _scaled(self, rows: Array) -> Array:
        if not self._normalize:
            return rows
        lengths = self._numpy.linalg.norm(rows, axis=1, keepdims=True)
        return rows / self._numpy.maximum(lengths, 1e-12)


def _spans(sentences: Sequence[Span], start: int, count: int) -> list[Span]:
    """The windows of one piece of a text, counted from its first word."""
    here = [(max(a - start, 0), min(b - start, count)) for a, b in sentences]
    return windows(count, [(a, b) for a, b in here if a < b])


def _vectors(numpy: Any, tensors: Mapping[str, Array], tokenizer: Any) -> Array:
    """One weighted row for each token. Raises ValueError or IndexError for files that differ."""
    rows = tensors["embeddings"]
    if "mapping" in tensors:
        rows = rows[tensors["mapping"]]
    rows = rows.astype(numpy.float32)
    if "weights" in tensors:
        rows *= tensors["weights"].astype(numpy.float32)[:, None]
    if max(tokenizer.get_vocab().values(), default=0) >= len(rows):
        raise ValueError("a token of the tokenizer has no row")
    if not numpy.isfinite(rows).all():
        raise ValueError("a number is not finite")
    return rows
