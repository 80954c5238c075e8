"""Fits a router to labelled prompts: one convex problem, so that nothing is left to chance."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fedfuse.adapters.static_embedding import StaticEmbedding, libraries
from fedfuse.adapters.trained_router import TrainedRouter
from fedfuse.model.router import Router
from fedfuse.model.routing import Choice, normal

_PENALTY = 0.1
"""Of the squared weights: 1 / C where scikit-learn says C."""
_STEPS = 50
_CONVERGED = 1e-9
_DECIMALS = 4
"""Of weights: machines agree on these, and not on the last bits of a float."""
_BENIGN_SHARE = 0.01
"""Of the calibration prompts of other types that may reach the threshold of a safety type."""
_MAJORITY = 0.5
_LEAST_SAFETY_THRESHOLD = 0.3


@dataclass(frozen=True, slots=True)
class Prompt:
    """One item of a routing suite, with its words."""

    id: str
    label: str
    text: str


def fit_head(embedding: StaticEmbedding, labels: Sequence[str], prompts: Sequence[Prompt]) -> Any:
    """`weight` and `bias` of the softmax that Newton's method finds for the prompts."""
    numpy = libraries()[0]
    rows = numpy.vstack([embedding.whole(normal(one.text)) for one in prompts])
    inputs = numpy.hstack([rows, numpy.ones((len(rows), 1))])
    truth = numpy.array([[one.label == label for label in labels] for one in prompts], float)
    count, width = len(labels), inputs.shape[1]
    penalty = numpy.full(width, _PENALTY)
    penalty[-1] = _PENALTY / 100
    weights = numpy.zeros((count, width))
    for _ in range(_STEPS):
        shares = _softmax(numpy, inputs @ weights.T)
        slope = (shares - truth).T @ inputs + weights * penalty
        curve = numpy.empty((count, width, count, width))
        for a in range(count):
            for b in range(count):
                factor = shares[:, a] * ((a == b) - shares[:, b])
                curve[a, :, b, :] = (inputs * factor[:, None]).T @ inputs
            curve[a, :, a, :] += numpy.diag(penalty)
        step = numpy.linalg.solve(curve.reshape(count * width, -1), slope.ravel())
        weights -= step.reshape(count, width)
        if numpy.abs(step).max() < _CONVERGED:
            break
    found = weights.round(_DECIMALS).astype(numpy.float32)
    return {"weight": found[:, :-1].copy(), "bias": found[:, -1].copy()}


def _softmax(numpy: Any, logits: Any) -> Any:
    powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit_thresholds(trained: TrainedRouter, prompts: Iterable[Prompt]) -> Mapping[str, float]:
    """The threshold of each label, in hundredths, by prompts of families it never learnt.

    A safety type: the least that at most one percent of the prompts of other types reach, whose
    parts are looked at too. Any other: the lowest score of a right answer, at most one half, which
    is more than all other labels together.
    """
    unbound = TrainedRouter(
        replace(
            trained.router,
            thresholds=dict.fromkeys(trained.router.labels, 2.0),
            abstain_to=trained.router.labels[0],
        ),
        *trained.parts,
    )
    seen = [(one, unbound.route(one.text)) for one in prompts]
    return {
        label: _safety(label, seen, unbound.router)
        if label in trained.router.safety
        else _lowest(label, seen)
        for label in trained.router.labels
    }


def _lowest(label: str, seen: Iterable[tuple[Prompt, Choice]]) -> float:
    right = [choice.score for one, choice in seen if one.label == label == choice.best]
    return min(_MAJORITY, math.floor(min(right, default=0.0) * 100) / 100)


def _safety(label: str, seen: Iterable[tuple[Prompt, Choice]], router: Router) -> float:
    benign = sorted(
        (choice.scores[label] for one, choice in seen if one.label not in router.safety),
        reverse=True,
    )
    allowed = int(len(benign) * _BENIGN_SHARE)
    bound = benign[allowed] if allowed < len(benign) else 0.0
    return max(_LEAST_SAFETY_THRESHOLD, min(1.0, math.floor(bound * 100 + 1) / 100))
