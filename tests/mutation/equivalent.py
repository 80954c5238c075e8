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
    "admission/other_runs.py _later: constant: strict=True -> strict=False": (
        "one folder stands for each measurer"
    ),
    "admission/secrets.py _findings: statement: if shape.needles and (not any((needle in lowered "
    "for needle in shape.needles))): continue -> pass": (
        "it saves a search: no pattern matches a text without one of its needles"
    ),
    "contract/enumeration.py _objects: constant: strict=True -> strict=False": (
        "a row has a value for each column"
    ),
    "contract/inclusion.py _fractions: arithmetic: [bound + half for bound in (low, high) if "
    "bound is not None for half in (0.5, -0.5)] -> [bound - half for bound in (low, high) if "
    "bound is not None for half in (0.5, -0.5)]": (
        "of both halves beside a bound that is whole only the inner one lies in the range"
    ),
    "gates/ratios.py _p95: return: return math.inf -> return None": (
        "the drawn clusters hold `size` rows, so the walk ends before them"
    ),
    "gates/safety.py _categories: comparison: not p_value > _FAMILY_LEVEL -> not p_value >= "
    "_FAMILY_LEVEL": "a whole multiple of 2**-n is no 0.05 below 56 clusters of a category",
    "joining.py joins: comparison: shipped.version < accepted.version -> shipped.version <= "
    "accepted.version": "equal versions joined before",
    "metrics.py cost_per_1k_tokens: arguments: item_tokens = max(1.0, sum((item.size_bytes for "
    "item in primary)) / len(primary) / _TOKEN_... -> item_tokens = max(sum((item.size_bytes for "
    "item in primary)) / len(primary) / _TOKEN_BYTES...": "the larger of two numbers has no order",
    "stats/copies.py copy_of: constant: strict=True -> strict=False": (
        "the other run's timings were looked up for these items"
    ),
    "stats/rates.py items_to_settle: statement: if self.share >= limit: return None -> pass": (
        "it saves a search: no number of items proves a limit at or below the share"
    ),
    "stats/regressions.py sign_flip_worse: arguments: both = zip(chances + pad, pad + chances, "
    "strict=True) -> both = zip(pad + chances, chances + pad, strict=True)": (
        "a sum of two has no order"
    ),
    "admission/other_runs.py _later: member: base.cache.get(('later runs', ''), (None, {})) -> "
    "base.cache.get(('later runs',), (None, {}))": "it reads the same folders again",
    "contract/enumeration.py _arrays: arguments: varied = min(length, _MAX_COLUMNS) -> varied = "
    "min(_MAX_COLUMNS, length)": "the smaller of two numbers has no order",
    "gates/latency.py _pairs: constant: strict=True -> strict=False": (
        "the rows were looked up for these items"
    ),
    "gates/ratios.py items_to_settle: constant: round(n * (width / room) ** 2, 6) -> round(n * "
    "(width / room) ** 2, 7)": "both keep the last digits of a double from adding an item",
    "gates/ratios.py of: arguments: for size, times in zip(sizes, drawn, strict=True) -> for size, "
    "times in zip(drawn, sizes, strict=True)": "a product of two has no order",
    "joining.py votes: constant: {'request': True, 'response': _VOTE} -> {'request': False, "
    "'response': _VOTE}": "whatever was accepted before, a contract that accepts all takes it",
    "stats/copies.py _refined: constant: max(1, len(near)) -> max(2, len(near)) #2": (
        "a line near which one pair lies explains no hundred"
    ),
    "stats/copies.py stats/copies.py: constant: (256, 64, 0.05) -> (256, 65, 0.05)": (
        "of 64 and of 65 items in order every second, third, ... one is looked at all the same"
    ),
    "stats/paired.py settles: comparison: lower > beyond or upper < below -> lower > beyond or "
    "upper <= below": "a computed bound is the limit to its last bit for no whole number of items",
    "stats/sample_size.py smallest_settling: constant: max(above, 1) -> max(above, 2)": (
        "the search starts elsewhere and ends at the same number"
    ),
}
