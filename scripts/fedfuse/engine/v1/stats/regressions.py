"""Which of several categories got worse, without alarms from testing many of them."""

from collections.abc import Mapping

from fedfuse.model.distributions import beta_cdf


def mcnemar_worse(better: int, worse: int) -> float:
    """The exact one-sided p-value that `worse` of the discordant pairs are no more than chance.

    P(X >= worse) for X ~ Binomial(better + worse, 1/2); 1 when no pair got worse. Source: McNemar
    (1947), exact form.
    """
    return beta_cdf(0.5, worse, better + 1) if worse else 1.0


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
