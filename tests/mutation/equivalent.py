"""Mutants that decide as the engine does, with the reason. By path and description."""

from collections.abc import Mapping

EQUIVALENT: Mapping[str, str] = {
    "admission/evidence_csv.py _order: arguments: min(len(found), len(items)) + 2 -> "
    "min(len(items), len(found)) + 2": "the smaller of two numbers has no order",
    "contract/value.py unfit: return: return '' -> return None": (
        "callers ask only whether there is a problem, and both say no"
    ),
    "gates/outcomes.py gap: return: return '' -> return None": (
        "callers ask only whether there is a gap, and both say no"
    ),
    "gates/safety.py _changes: constant: strict=True -> strict=False": (
        "items and rows are equally many: `gap` was asked before"
    ),
    "stats/paired.py compare: constant: d > 0.0 -> d > 0.5": (
        "the count is used for binary pairs alone, whose differences are -1, 0 and 1"
    ),
    "stats/tango.py tango_lower: comparison: _score(middle, better, worse, n=n) > z -> "
    "_score(middle, better, worse, n=n) >= z": (
        "64 halvings end at the same double whichever side a middle at the root belongs to"
    ),
}
