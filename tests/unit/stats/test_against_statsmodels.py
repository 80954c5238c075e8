"""Our statistics beside those of statsmodels, in one file because its import is slow."""

import pytest
import statsmodels.api as sm  # type: ignore[import-untyped]  # statsmodels ships no types
from statsmodels.stats.contingency_tables import mcnemar  # type: ignore[import-untyped]  # same
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]  # same
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]  # same

from fedfuse.engine.v1.stats.cluster import design_effect
from fedfuse.engine.v1.stats.rates import Rate
from fedfuse.engine.v1.stats.regressions import holm, sign_flip_worse


def test_design_effect_is_the_ratio_of_its_cluster_and_iid_variances() -> None:
    values = [float(i // 4 % 3 == 0 or i % 7 == 1) for i in range(120)]
    labels = [i // 4 for i in range(120)]
    fit = sm.OLS(values, [1.0] * 120)
    uncorrected = {"groups": labels, "use_correction": False, "df_correction": False}
    robust = fit.fit(cov_type="cluster", cov_kwds=uncorrected)
    expected = float((robust.bse[0] / fit.fit().bse[0]) ** 2) * 30 / 29
    assert expected > 1.0
    assert design_effect(values, [str(label) for label in labels]) == pytest.approx(expected)


@pytest.mark.parametrize(("better", "worse"), [(4, 15), (0, 6), (30, 44)])
def test_lone_items_make_half_of_mcnemars_exact_two_sided_test(better: int, worse: int) -> None:
    two_sided = mcnemar([[50, better], [worse, 30]], exact=True).pvalue
    assert sign_flip_worse([1] * better + [-1] * worse) == pytest.approx(float(two_sided) / 2)


@pytest.mark.parametrize("p_values", [(0.2, 0.001, 0.013, 0.6, 0.013), (0.04, 0.04), (0.9, 0.7)])
def test_holm_is_its_holm(p_values: tuple[float, ...]) -> None:
    adjusted = holm({str(i): p for i, p in enumerate(p_values)})
    expected = multipletests(p_values, method="holm")[1]
    assert [adjusted[str(i)] for i in range(len(p_values))] == pytest.approx(list(expected))


@pytest.mark.parametrize(("failures", "n"), [(0, 300), (3, 400), (7.5, 61.25), (299, 300)])
def test_upper_bound_is_its_clopper_pearson(failures: float, n: float) -> None:
    """With a design effect of 4 the counts need not be whole."""
    ours = Rate(int(failures * 4), int(n * 4), clusters=300, deff=4.0).upper()
    expected = proportion_confint(failures, n, alpha=0.10, method="beta")[1]
    assert ours == pytest.approx(float(expected), abs=1e-12)
