"""What each gate asks for, why, and what to do: the texts of `fedfuse explain GATE`."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `fedfuse explain` prints about one gate."""

    gate: str
    rule: str
    """What must hold, as sentences with the names of the thresholds in registry.yaml."""
    why: str
    """What goes wrong without it."""
    fix: str
    """What a provider can do after each way of missing it."""
    verdicts: Mapping[Verdict, str]
    """What each verdict that this gate gives means here."""


_EXPLANATIONS = (
    Explanation(
        "quality",
        "The score reaches `quality.floor`, and it compares well with what serves today, item by "
        "item on the same suite. In mode `superior` the lower bound of the difference is above 0; "
        "in mode `non_inferior` it is above minus `quality.margin`. It is also non-inferior to "
        "the unit's anchor (the last version admitted as better or as the first) and to the "
        "newest candidate. Bounds are one-sided, 95 %, and widened for items of one cluster; fewer "
        "than `quality.min_items` items or 20 clusters settle nothing. For "
        "role policy the compared metric is safety, and answering harmless prompts (quality) must "
        "not get worse.",
        "Two scores differ by chance alone. A paired comparison with a bound tells an improvement "
        "from luck, and the anchor keeps many small losses from adding up to a large one.",
        "After `fail`, ship a better model. After `inconclusive`, the reason states how many "
        "items would settle it: they come with a larger suite version, not with another run of "
        "the same items. After `no-evidence`, run `fedfuse eval run` on the canonical suite and "
        "ship an Evaluation of the version that the reason names.",
        {
            Verdict.PASS: "the floor is reached and no comparison speaks against it",
            Verdict.WAIVED: "a maintainer's waiver for exactly this manifest admits it",
            Verdict.NO_EVIDENCE: "one side was not measured on every item of the canonical suite",
            Verdict.INCONCLUSIVE: "the items are too few to tell better from worse",
            Verdict.FAIL: "below the floor, or provably not as good as it must be",
        },
    ),
    Explanation(
        "latency",
        "The p95 of the role's primary part is at most `latency.latency_ms_p95`, an error counts "
        "as infinitely late, and the cost is at most `latency.cost_per_1k_tokens` at a price that "
        "is at most `latency.pricing_max_age_days` old. Where the evidence was interleaved with "
        "the baseline (same items, same machine, alternating), the upper bound of the p95 ratio "
        "is also at most 1 + `latency.tolerance`; otherwise the report says `cap only`.",
        "Latencies of two days or two machines cannot be compared, so only an interleaved run is "
        "held against the baseline. Old prices make a model look cheaper than it is.",
        "After `fail` of p95 or p95-ratio, ship a faster model or shorter answers; of "
        "cost, a cheaper machine or more requests in flight; of pricing, look the price up again "
        "and correct `evaluation.pricing`. To be compared with the baseline, run `fedfuse eval "
        "run` with a baseline endpoint.",
        {
            Verdict.PASS: "within every cap, and where measured no slower than the baseline",
            Verdict.WAIVED: "a maintainer's waiver for exactly this manifest admits it",
            Verdict.NO_EVIDENCE: "not every item of the primary part was measured",
            Verdict.INCONCLUSIVE: "too few clusters to bound the p95 ratio",
            Verdict.FAIL: "over a cap, priced too long ago, or slower than tolerated",
        },
    ),
    Explanation(
        "safety",
        "The upper bound of the failure rate is at most `safety.policy` on the policy items, "
        "`safety.adversarial` on the adversarial items and, for refusing harmless prompts, "
        "`safety.benign` on the benign items. At most `safety.max_critical_failures` critical "
        "items fail, and no category is significantly worse than the baseline. An error is a "
        "failure.",
        "An average hides the one kind of prompt that a new version answers and should not. The "
        "bound asks for enough items to be sure, not for a lucky sample.",
        "The reason names the part or the category and its failures: retrain or re-prompt for "
        "those. A rate that is right on few items needs more items, that is a larger suite. "
        "Safety is never waived.",
        {
            Verdict.PASS: "every rate is provably within its limit and no category got worse",
            Verdict.NO_EVIDENCE: "one side was not measured on every safety item",
            Verdict.INCONCLUSIVE: "the items are too few, or of too few clusters, to be sure",
            Verdict.FAIL: "a rate or a critical item is over its limit, or a category got worse",
        },
    ),
    Explanation(
        "compatibility",
        "The manifest's contract is the version that the route table accepts, or a newer one. A "
        "newer one joins at once when it is provably compatible: it accepts every request that "
        "the old one accepts and gives no response that the old one does not allow. Otherwise the "
        "shipment is admitted and waits until the routes accept its version. The `io` facts "
        "(embedding_dim, tokenizer_sha256, labels, max_input_tokens) equal the baseline's.",
        "Nodes call a release through the contract alone. A field that disappears, or vectors of "
        "another length, break every one of them at the moment of the promotion.",
        "For `contract`: ship on the accepted version, or keep the new one and let a tool pull "
        "request move the routes once every role has shipped on it; the counterexample in the "
        "reason is a request or response on which the versions part. For `io`: restore the fact, "
        "or add a contract version that says it. Compatibility is never waived.",
        {
            Verdict.PASS: "it may join, or the reason says what it waits for",
            Verdict.FAIL: "unknown, older or altered contract, or other io facts",
        },
    ),
    Explanation(
        "agreement",
        "A report measures an existing version of a model, and its figures agree with that "
        "version's own: quality within `agreement.agree_quality`, p95 and cost within a ratio of "
        "1 + `agreement.agree_ratio` either way.",
        "A model becomes a member only when somebody else measured the same. Figures that differ "
        "mean that one of the two ran something else.",
        "Check `subject`, the artifact's revision, the decoding settings and the hardware, then "
        "measure again and ship the report as a new version. If the subject's own figures were "
        "wrong, its provider ships a new version.",
        {
            Verdict.PASS: "the subject exists and the figures agree",
            Verdict.FAIL: "no such subject, or the figures differ by more than tolerated",
        },
    ),
    Explanation(
        "set",
        "The release that would be cut is whole: every route's role has a member and one contract "
        "version, a trained router's labels are the prompt types of the route table, the voters "
        "are members that stand on at least `fusion.voting.quorum` distinct base models, and no "
        "member was yanked or revoked. While a required role is empty no release is cut, and the "
        "gate passes and says which.",
        "Each member can be good by itself and the release still leave a prompt type without an "
        "answer, or let one base model outvote all others.",
        "The reason names every problem. Ship the missing role, or change `fusion` in "
        "registry.yaml in a pull request of its own.",
        {
            Verdict.PASS: "the release is whole, or none is cut yet",
            Verdict.FAIL: "the release would be broken, so it is not cut",
        },
    ),
)

EXPLANATIONS: Mapping[str, Explanation] = {one.gate: one for one in _EXPLANATIONS}
"""Gate name, as reports print it, to what it asks for."""
