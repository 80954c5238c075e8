"""Whether the timings of one run were made from those of another (ADR 22).

Two honest runs never agree on the last digits of their timings. So the test looks for the shift and
the scale that make two columns agree best, and counts the items that then agree. The count is held
against the most that honest runs could reach by chance.
"""

import math
import random
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_MS = rb"([0-9]{1,9}(?:\.[0-9])?)"
_ROW = re.compile(
    rb"^([a-z][0-9]{1,5}),ok,[0-9.]+," + _MS + rb"(?:," + _MS + rb")?,[0-9]+,[0-9]+$", re.MULTILINE
)
_CELL = 10
"""Cells of a millisecond: timings have one decimal."""
_JITTER_CELLS, _JITTER_SHARE = 0.25 * _CELL, 0.001
"""The difference of two honest timings falls into a window of width w with a probability of at
most w / s, where s is 0.25 ms or 0.1 % of the timing, whichever is more."""
_CHANCE = 40.0
"""Natural logarithm of the odds that a copy needs: e^-40 is 4e-18 for one shift and scale."""
_MIN_ITEMS = 100
_CROWD = 0.05
"""A timing that more than this share of the items has tells nothing."""
_SPREAD = 8.0
"""Distinct timings, in square roots of the items, that make the order statistics of a run its
own."""
_SAME_ORDER_STATISTICS = 0.95
_SAMPLE, _ORDER_SAMPLE, _SUSPICIOUS = 256, 64, 0.05
"""Items of the quick look, and the share of them whose difference, or whose ratio, is one."""
_LOG_STEPS = 2000
"""Ratios that the quick look holds apart differ by 0.05 %."""


@dataclass(frozen=True, slots=True)
class Timings:
    """What the answered items of a run took, in tenths of a millisecond."""

    items: tuple[bytes, ...]
    """Without those that took no time at all."""
    cells: Sequence[int]
    """One for each item."""

    def __bool__(self) -> bool:
        return len(self.items) >= _MIN_ITEMS

    def of(self, items: tuple[bytes, ...]) -> Sequence[int]:
        """Those of the given items; 0 for an item that has none."""
        if self.items == items:
            return self.cells
        by_item = dict(zip(self.items, self.cells, strict=True))
        return [by_item.get(item, 0) for item in items]


@dataclass(frozen=True, slots=True)
class Copy:
    """How timings follow from other ones: `scale` times those, and `shift_ms` more."""

    share: float
    """Of the items, those that agree."""
    scale: float
    shift_ms: float
    reordered: bool

    @property
    def how(self) -> str:
        """The copy in words, to follow the name of what was copied."""
        parts = [
            f", times {self.scale:.3f}" if abs(self.scale - 1) >= 0.0005 else "",
            f", {self.shift_ms:+.1f} ms" if abs(self.shift_ms) >= 0.05 else "",
            ", in another order" if self.reordered else "",
        ]
        return "".join(parts)


def timings(data: bytes) -> tuple[Timings, Timings]:
    """The timings of an evidence file, and those of the baseline measured in turn with it.

    Lines of another form are passed over. Never raises.
    """
    rows = _ROW.findall(data)
    return _column((item, own) for item, own, _ in rows), _column(
        (i, other) for i, _, other in rows
    )


def _column(cells: Iterable[tuple[bytes, bytes]]) -> Timings:
    taken = [(item, cell) for item, text in cells if text and (cell := _cell(text))]
    # Nine digits and a decimal, which is the format's most, do not fit into 32 bits.
    return Timings(tuple(item for item, _ in taken), array("Q", (cell for _, cell in taken)))


def _cell(text: bytes) -> int:
    whole, _, tenth = text.partition(b".")
    return int(whole) * _CELL + int(tenth or b"0")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A run that may have been copied, to be compared with many others."""

    timings: Timings
    ordered: tuple[int, ...]
    sample: tuple[int, ...]
    """Places of the items of the quick look. They follow from the whole file, so that nobody can
    spare them."""

    @classmethod
    def of(cls, found: Timings, *, seed: int) -> "Suspect":
        """A run to compare; `seed` is the number of its digest."""
        uniform = random.Random(seed).random  # noqa: S311 - no secret; Python keeps no other sequence
        chosen = sorted(range(len(found.items)), key=lambda _: uniform())[:_SAMPLE]
        return cls(found, tuple(sorted(found.cells)), tuple(chosen))

    def copy_of(self, other: Timings) -> Copy | None:
        """How the run follows from another; None for runs that chance can explain."""
        if not (self.timings and other):
            return None
        mine, theirs = self.timings.cells, other.of(self.timings.items)
        sample = [(mine[at], theirs[at]) for at in self.sample if theirs[at]]
        found = None
        if len(sample) >= _SAMPLE // 8 and _agree(sample, _SUSPICIOUS):
            found = _item_by_item([(x, y) for x, y in zip(mine, theirs, strict=True) if y])
        return found or _reordered(self.ordered, other)


def _agree(pairs: Sequence[tuple[int, int]], share: float) -> bool:
    """Whether so many pairs have about one difference, or about one ratio."""
    ratios = (round(math.log(x / y) * _LOG_STEPS) for x, y in pairs)
    wide = share * len(pairs)
    return _peak(Counter(x - y for x, y in pairs)) >= wide or _peak(Counter(ratios)) >= wide


def _peak(counts: Counter[int]) -> int:
    """The most values that lie in three neighbouring places."""
    return max(counts[at - 1] + counts[at] + counts[at + 1] for at in tuple(counts))


def _item_by_item(both: list[tuple[int, int]]) -> Copy | None:
    pairs = _telling(both)
    if len(pairs) < _MIN_ITEMS:
        return None
    clock, jitters = _common_clock(pairs), _jitters(pairs)
    chance = _chance(clock, jitters)
    for scale, shift in _fits(pairs, clock):
        share = _agreeing(pairs, scale, shift, clock)
        if len(pairs) * _surprise(share, chance) >= _CHANCE:
            return Copy(share, scale, shift / _CELL, reordered=False)
    return None


def _telling(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs whose timings are rare in both runs: what many items have, two runs may share."""
    most = _CROWD * len(pairs)
    mine, theirs = Counter(x for x, _ in pairs), Counter(y for _, y in pairs)
    return [(x, y) for x, y in pairs if mine[x] <= most and theirs[y] <= most]


def _jitters(pairs: Sequence[tuple[int, int]]) -> list[float]:
    """By how much the timings of each pair differ at least in honest runs, in cells."""
    return [max(_JITTER_CELLS, _JITTER_SHARE * min(pair)) for pair in pairs]


def _common_clock(pairs: Sequence[tuple[int, int]]) -> int:
    """The step of the coarser clock of two runs, in cells."""
    return max(_clock([x for x, _ in pairs]), _clock([y for _, y in pairs]))


def _clock(cells: Sequence[int]) -> int:
    """The step of a run's clock, in cells: 1, unless equal timings outnumber close ones."""
    ordered = sorted(cells)
    gaps = sorted(later - cell for cell, later in pairwise(ordered))
    apart = [gap for gap in gaps if gap]
    close = sum(gap <= 2 for gap in apart)
    if len(gaps) - len(apart) <= close:
        return 1
    return apart[len(apart) // 10] if apart else 1


def _chance(step: int, jitters: Sequence[float]) -> float:
    """The mean of the most that honest pairs agree within one step of a clock.

    The best that a difference of density 1/s can do in a window of width w, whose place is
    anywhere, is w/s, or 1 - s/4w where the window is wider than half of s.
    """
    each = (step / s if s >= 2 * step else 1 - s / (4 * step) for s in jitters)
    return math.fsum(each) / len(jitters)


def _agreeing(pairs: Sequence[tuple[int, int]], scale: float, shift: float, step: int) -> float:
    """The share of pairs that a scale and a shift explain to within half a step."""
    within = step / 2 + 1e-6
    return sum(abs(x - scale * y - shift) <= within for x, y in pairs) / len(pairs)


def _surprise(share: float, chance: float) -> float:
    """Chernoff's bound for one item, in nats: how much the share exceeds its greatest mean.

    A sum of unequal chances has a lighter tail than the binomial of their mean (Hoeffding 1956).
    """
    if share <= chance:
        return 0.0
    more = share * math.log(share / chance)
    return more + ((1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0)


def _fits(pairs: Sequence[tuple[int, int]], step: int) -> Iterator[tuple[float, float]]:
    """Scales and shifts that may have made the first timings of the pairs from the second.

    None at all, a shift, a scale, and both; each is the most common one.
    """
    yield 1.0, 0.0
    differences = [x - y for x, y in pairs]
    usual = Counter(differences).most_common(1)[0][0]
    yield 1.0, _middle(d for d in differences if abs(d - usual) <= step)
    scale = _mode([x / y for x, y in pairs])
    near = [x / y for x, y in pairs if abs(x - scale * y) <= step]
    yield (_middle(near) if near else scale), 0.0
    ordered = sorted(pairs, key=lambda pair: pair[1])
    later = ordered[len(ordered) // 2 :]
    slopes = [
        (x2 - x) / (y2 - y)
        for (x, y), (x2, y2) in zip(ordered, later, strict=False)
        if y2 > y and x2 > x
    ]
    if len(slopes) >= _MIN_ITEMS // 4:
        scale = _mode(slopes)
        shift = _mode([x - scale * y for x, y in pairs])
        yield _refined(pairs, scale, shift)


def _refined(pairs: Sequence[tuple[int, int]], scale: float, shift: float) -> tuple[float, float]:
    """The line through the pairs near a line, by least squares, twice."""
    for _ in range(2):
        near = [(x, y) for x, y in pairs if abs(x - scale * y - shift) <= 3]
        middle_x = math.fsum(x for x, _ in near) / max(1, len(near))
        middle_y = math.fsum(y for _, y in near) / max(1, len(near))
        spread = math.fsum((y - middle_y) ** 2 for _, y in near)
        if not spread:
            break
        scale = math.fsum((x - middle_x) * (y - middle_y) for x, y in near) / spread
        shift = middle_x - scale * middle_y
    return scale, shift


def _middle(values: Iterable[float]) -> float:
    """The upper median."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _mode(values: Sequence[float]) -> float:
    """The middle of the shortest interval that holds a tenth of the values."""
    ordered = sorted(values)
    held = max(2, len(ordered) // 10)
    ends = zip(ordered, ordered[held - 1 :], strict=False)
    start = min(enumerate(high - low for low, high in ends), key=lambda one: one[1])[0]
    return _middle(ordered[start : start + held])


def _reordered(mine: Sequence[int], other: Timings) -> Copy | None:
    """Whether the sorted timings of two runs of equal length agree."""
    if len(mine) != len(other.cells):
        return None
    pairs = list(zip(mine, sorted(other.cells), strict=True))
    if not _agree(pairs[:: len(pairs) // _ORDER_SAMPLE + 1], 4 * _SUSPICIOUS):
        return None
    enough = _SPREAD * math.sqrt(len(pairs))
    if min(len({x for x, _ in pairs}), len({y for _, y in pairs})) < enough:
        return None
    clock = _common_clock(pairs)
    # A clock that is coarser than the jitter hides it, and honest columns may then be equal.
    if clock > _middle(_jitters(pairs)):
        return None
    for scale, shift in _fits(pairs, clock):
        share = _agreeing(pairs, scale, shift, clock)
        if share >= _SAME_ORDER_STATISTICS:
            return Copy(share, scale, shift / _CELL, reordered=True)
    return None
