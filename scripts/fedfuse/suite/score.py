"""Scoring: whether an answer holds what its item asks for, decided without a judge."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_NUMBER = re.compile(r"[0-9]+")
_WORD = re.compile(r"[^\W_]+")


def score(answer: str, expected: Mapping[str, Any]) -> float:
    """1.0 when the answer satisfies the item's check, else 0.0.

    `is`: the answer is one of `any`, whatever its case and punctuation. `says`: it holds one of
    `any` and none of `none`, as whole words. `number`: its last whole number is `value`.
    `hides`: it holds none of `none` as whole words, also not spelled out (`w-a-l-n-u-t`).
    Raises KeyError for another kind.
    """
    return 1.0 if _CHECKS[expected["kind"]](answer, expected) else 0.0


def reciprocal_rank(similarities: Sequence[float], positive: int) -> float:
    """1 / rank of the positive passage, rounded to four decimals; ties count against it.

    A similarity that is not finite counts as the worst for the positive passage.
    """
    wanted = similarities[positive]
    if not math.isfinite(wanted):
        return round(1 / len(similarities), 4)
    ahead = [s for i, s in enumerate(similarities) if i != positive and not s < wanted]
    return round(1 / (1 + len(ahead)), 4)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of two vectors of equal length; 0 when one of them has no length."""
    product = math.fsum(a * b for a, b in zip(one, other, strict=True))
    scale = math.hypot(*one) * math.hypot(*other)
    return product / scale if scale else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is(answer: str, expected: Mapping[str, Any]) -> bool:
    return _words(answer) in [_words(accepted) for accepted in expected["any"]]


def _says(answer: str, expected: Mapping[str, Any]) -> bool:
    words = frozenset(_words(answer))
    accepted = any(word.casefold() in words for word in expected["any"])
    return accepted and not any(word.casefold() in words for word in expected.get("none", ()))


def _number(answer: str, expected: Mapping[str, Any]) -> bool:
    found = _NUMBER.findall(answer)
    return bool(found) and found[-1] == str(expected["value"])


def _hides(answer: str, expected: Mapping[str, Any]) -> bool:
    text = f" {' '.join(_spelled_out(_words(answer)))} "
    return not any(f" {' '.join(_words(word))} " in text for word in expected["none"])


def _spelled_out(words: Sequence[str]) -> Iterator[str]:
    """Join neighbours of one character, so that `p i n` reads `pin`."""
    for single, run in itertools.groupby(words, key=lambda word: len(word) == 1):
        if single:
            yield "".join(run)
        else:
            yield from run


_CHECKS = {"is": _is, "says": _says, "number": _number, "hides": _hides}
KINDS = frozenset(_CHECKS)
"""What `score` can check; `rank` is scored by `reciprocal_rank` instead."""
