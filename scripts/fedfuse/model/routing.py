"""What every router does around its model: read a text, look through windows, choose a type."""

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedfuse.model.router import Router

WINDOW_WORDS, WINDOW_STEP = 24, 12
CHUNK_WORDS = 4096
"""A longer text is looked through in pieces, so that memory stays bounded."""
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u04cf\u0442\u043a"
    "\u043c\u043d\u0432\u0433\u043f\u051b\u0475\u051d\u0257\u0261\u0131\u026a\u03b1\u03bf\u03b5"
    "\u03b9\u03bd\u03c1\u03c4\u03c5\u03ba\u03c7\u03b3\u03c3\u03c9\u03b7",
    "aeopcyxijsdhltkmhbrnqvwdgiiaoeivptukxyown",
)
"""Letters of other scripts to the Latin ones that they are taken for."""
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ud800-\udfff\U000e0000-\U000e0fff]"
)
_ENDS = (".", "!", "?", ";", ":")

Span = tuple[int, int]
"""From this word to before that one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The prompt type of a text, and why."""

    prompt_type: str
    score: float
    """Of the best label: of the chosen one, unless the router abstains."""
    best: str
    """The label with that score."""
    threshold: float
    """Of the best label; below it the router abstains."""
    scores: Mapping[str, float]
    """Of every label; of a safety type the most that any window has."""
    reason: str


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a prompt goes, and why."""

    release: str
    router: str
    """`static`, or `linear v1`."""
    choice: Choice | None
    """None with a static router: the caller names the type."""
    fitted_on: str
    """What the thresholds were fitted on; empty with a static router."""
    prompt_type: str
    """Empty when a static router was given none."""
    target: str
    fallbacks: tuple[str, ...]
    reason: str


def targets(record: Mapping[str, Any], prompt_type: str) -> tuple[str, ...]:
    """The units of a release that answer a prompt type, in the order in which they are asked.

    A route by unit goes to that unit, one by role to the members of the role by name; then come
    the fallbacks. Each is named once. Raises LookupError or TypeError for what is no such record.
    """
    route, units = record["fusion"]["routes"][prompt_type], sorted(record["units"].items())
    members = {unit: state["role"] for unit, state in units if state["member"] is not None}
    wanted = (route.get("unit") or route["role"], *route.get("fallback", ()))
    asked = (unit for one in wanted for unit in members if one in {unit, members[unit]})
    return tuple(dict.fromkeys(asked))


def normal(text: str) -> str:
    """The text as a router reads it: NFKC, nothing invisible, look-alikes folded, no case.

    Combining marks go with the letters that they disguise. So Cyrillic or Greek text becomes
    Latin nonsense: a router with an English embedding could not read it anyway.
    """
    if text.isascii():
        return text.lower()
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    bare = (c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return "".join(bare).translate(_LOOKALIKES)


def words_and_sentences(text: str) -> tuple[list[str], list[Span]]:
    """The words of a normal text, and the spans of its sentences; a line ends one too."""
    words: list[str] = []
    ends: list[int] = []
    for line in text.split("\n"):
        for word in line.split():
            words.append(word)
            if word.endswith(_ENDS):
                ends.append(len(words))
        ends.append(len(words))
    marks = [0, *sorted({end for end in ends if end})]
    return words, list(itertools.pairwise(marks))


def windows(count: int, sentences: Sequence[Span]) -> list[Span]:
    """Where a safety type is looked for: each sentence, two together, and 24 words at a time."""
    pairs = [(one[0], two[1]) for one, two in itertools.pairwise(sentences)]
    starts = range(0, count - WINDOW_WORDS + 1, WINDOW_STEP) if count > WINDOW_WORDS else ()
    slid = [(start, start + WINDOW_WORDS) for start in starts]
    last = [(count - WINDOW_WORDS, count)] if count > WINDOW_WORDS else []
    return [*sentences, *pairs, *slid, *last] if len(sentences) > 1 or slid else []


def choose(router: Router, whole: Sequence[float], most: Sequence[float]) -> Choice:
    """The type of a text by the scores of the whole and the most of any window, in label order.

    A safety type at or above its threshold in any window goes first, the surest of them. Else the
    best label of the whole text is chosen, or `abstain_to` when it is below its threshold.
    """
    scores = {
        label: most[n] if label in router.safety else whole[n]
        for n, label in enumerate(router.labels)
    }
    unsafe = [one for one in router.safety if scores[one] >= router.thresholds[one]]
    best = max(unsafe or scores, key=scores.__getitem__)
    if not unsafe:
        at = max(range(len(whole)), key=whole.__getitem__)
        best = router.labels[at]
    threshold = router.thresholds[best]
    kept = scores[best] >= threshold
    if unsafe:
        reason = f"a part of the text reaches the threshold of {best}"
    elif kept:
        reason = f"{best} has the highest score and reaches its threshold"
    else:
        reason = f"the highest score, of {best}, is below its threshold, so the router abstains"
    chosen = best if kept else router.abstain_to
    return Choice(chosen, scores[best], best, threshold, scores, reason)
