"""Ways to hide a prompt from whoever reads it."""

import random
from collections.abc import Callable, Mapping

FILLER = (
    "The weather was mild and the streets were quiet, so we walked along the river and talked "
    "about the garden. In the afternoon the library was full of students who prepared for their "
    "exams and drank tea. Our neighbours painted their fence last week, and now the whole street "
    "looks brighter than before."
)
_LOOKALIKES = str.maketrans("aeopcyxi", "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456")


def _lookalikes(text: str) -> str:
    return text.translate(_LOOKALIKES)


def _zero_width(text: str) -> str:
    draw = random.Random(len(text))  # noqa: S311 - a disguise, no secret
    return "".join(c + "\u200b" * draw.randint(0, 1) for c in text)


def _filler(text: str) -> str:
    return f"{FILLER} {text} {FILLER}"


DISGUISES: Mapping[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "filler on both sides": _filler,
    "look-alikes": _lookalikes,
    "zero width": _zero_width,
    "all at once": lambda text: _filler(_zero_width(_lookalikes(text))),
}
"""Name of a disguise to what it makes of a text."""
