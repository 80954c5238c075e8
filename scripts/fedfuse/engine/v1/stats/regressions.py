"""Which of several categories got worse, without alarms from testing many of them."""

import math
from collections.abc import Iterable, Mapping


def sign_flip_worse(changes: Iterable[int]) -> float:
    """The exact one-sided p-value that the clusters lost no more than chance takes.

    `changes` has one number a cluster: items won minus items lost. If both runs are equally good,
    each cluster's change could as well have had the other sign, so p is the share of all sign
    patterns that lose at least as many items. Lone items make it McNemar's exact test. 1 when no
    cluster changed. Source: Fisher (1935), The Design of Experiments, section 21.
    """
    found = sorted((change for change in changes if change), key=abs)
    chances = [1.0]  # of each number of lost items, from 0 up
    for change in found:
        pad = [0.0] * abs(change)
        both = zip(chances + pad, pad + chances, strict=True)
        chances = [(won + lost) / 2.0 for won, lost in both]
    lost = -sum(change for change in found if change < 0)
    return min(1.0, math.fsum(chances[lost:]))


def holm(p_values: Mapping[str, float]) -> Mapping[str, float]:
    """Holm's adjusted p-values, smallest first; reject those at or below the family's level.

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    adjusted: dict[str, float] = {}
    largest = 0.0
    ordered = sorted(p_values.items(), key=lambda item: (item[1], item[0]))
    for rank, (name, p_value) in enumerate(ordered):
        largest = max(largest, min(1.0, (len(ordered) - rank) * p_value))
        adjusted[name] = largest
    return adjusted
