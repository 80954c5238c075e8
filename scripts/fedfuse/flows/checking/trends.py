"""How the primary metric of what a change ships moved over the unit's versions."""

from collections.abc import Iterable, Iterator

from fedfuse.flows.history.main_state import MainState
from fedfuse.model.judgement import Judged
from fedfuse.model.manifest import Manifest
from fedfuse.model.report import Trend

MAX_VERSIONS = 20
"""Points of a trend, the proposed version among them."""


def of(main_state: MainState, judged: Iterable[Judged]) -> tuple[Trend, ...]:
    """One trend per model that a change ships, by unit, where it has a version to follow.

    Before the proposed version stand the newest ones on main that were admitted, not withdrawn
    since, and measured on the same suite, with the metrics that their manifests declare. What is
    read for a model has a limit that no registry's size or age moves. Never raises.
    """
    shipped = (one.manifest for one in judged if one.manifest)
    models = sorted((m for m in shipped if not m.role.is_report), key=lambda model: model.unit)
    trends = (_trend(main_state, model) for model in models)
    return tuple(trend for trend in trends if len(trend.points) > 1)


def _trend(main_state: MainState, proposed: Manifest) -> Trend:
    metric = proposed.role.superior_metric
    quality = main_state.base.registry().roles.get(proposed.role.name, {}).get("quality", {})
    versions = (*_before(main_state, proposed), proposed)
    return Trend(
        unit=proposed.unit,
        metric=metric,
        points=tuple((one.version, float(one.metrics[metric])) for one in versions),
        floor=quality.get("floor") if metric == "quality" else None,
    )


def _before(main_state: MainState, proposed: Manifest) -> Iterator[Manifest]:
    """The admitted manifests whose figures mean the same, ascending."""
    numbers = [n for n in main_state.base.versions(proposed.unit) if n < proposed.version]
    newest = {f"{proposed.unit}@v{n}": n for n in numbers[-(MAX_VERSIONS - 1) :]}
    admitted = _admitted(main_state, frozenset(newest))
    for ref, number in newest.items():
        one = main_state.base.manifest(proposed.unit, number) if ref in admitted else None
        if one and one.role == proposed.role and _suite(one) == _suite(proposed):
            yield one


def _admitted(main_state: MainState, refs: frozenset[str]) -> frozenset[str]:
    """Those of the refs that count as admitted."""
    state = main_state.ledger.state
    return frozenset(ref for ref in refs if state.is_admitted(ref) and not state.unusable(ref))


def _suite(manifest: Manifest) -> str:
    return manifest.evaluation.suite_sha256 if manifest.evaluation else ""
