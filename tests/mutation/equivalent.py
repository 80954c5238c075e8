"""Mutants that decide as the engine does, with the reason. By path and description."""

from collections.abc import Mapping

EQUIVALENT: Mapping[str, str] = {
    "composing.py _contract_of: statement: if manifest is None or manifest.contract is None: "
    "return None -> pass": "a member has a manifest with a contract, or it never joined",
    "admission/evidence_csv.py _order: arguments: min(len(found), len(items)) + 2 -> "
    "min(len(items), len(found)) + 2": "the smaller of two numbers has no order",
    "admission/evidence_rules.py _interleaved: not: not evidence.paired -> evidence.paired": (
        "it chooses between two sentences of one finding"
    ),
    "admission/secrets.py _shape: constant: 0 -> 1": "no pattern matches in an empty line",
    "contract/enumeration.py _arrays: arguments: itertools.count(max(low, 1)) -> "
    "itertools.count(max(1, low))": "the larger of two numbers has no order",
    "contract/read.py _article: branches: return 'null' if kind == 'null' else "
    "f\"{('an' if kind[0] in 'ao' else 'a')} {kind}\" -> return "
    "f\"{('an' if kind[0] in 'ao' else 'a')} {kind}\" if kind == 'null' else 'null'": (
        "it words a reason"
    ),
    "contract/value.py _not_json: return: return '' -> return None": (
        "callers ask only whether there is a problem, and both say no"
    ),
    "engine.py __getattr__: statement: if name not in __all__: raise AttributeError(name) "
    "-> pass": ("what is looked up then has no such name either, and raises the same"),
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
    "stats/tango.py _share_worse: comparison: -2.0 * constant / (root + linear) if root + linear > "
    "0.0 else 0.0 -> -2.0 * constant / (root + linear) if root + linear >= 0.0 else 0.0": (
        "both are 0 only at a difference of 0 without discordant pairs, where no halving stands"
    ),
    "stats/tango.py tango_lower: comparison: _score(middle, better, worse, n=n) > z -> "
    "_score(middle, better, worse, n=n) >= z": (
        "64 halvings end at the same double whichever side a middle at the root belongs to"
    ),
}
