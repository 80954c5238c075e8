"""E41: what a manifest or an Evaluation says about its evidence. E418 is retired."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E410",
        "The evidence of v<n>.yaml is v<n>.evidence.csv beside it, in the same change; that of an "
        "Evaluation has its name with .csv",
        "Metrics are recomputed from it; without it they are only a claim.",
        "Add the CSV that `fedfuse eval run` wrote; `fedfuse new` copies it there.",
    ),
    Rule(
        "E411",
        "Evidence is on the canonical suite of main",
        "Figures on another suite, or an older version of it, cannot be compared.",
        "Evaluate on the suite that registry.yaml names, and ship that evidence.",
    ),
    Rule(
        "E412",
        "evaluation.evidence.sha256 is the digest of the evidence file",
        "The manifest vouches for exactly these results.",
        "Write the digest that the finding shows, or restore the file.",
    ),
    Rule(
        "E413",
        "Evidence is of this very run: no other version's, and nobody else's",
        "Results that were shipped before say nothing about what is shipped now, and a copy is no "
        "independent measurement.",
        "Run `fedfuse eval run` on this artifact.",
    ),
    Rule(
        "E414",
        "evaluation.evidence.items is the number of rows of the evidence",
        "A number that people read must be the number that was judged.",
        "Write the number that the finding shows.",
    ),
    Rule(
        "E415",
        "Declared metrics are what the evidence gives",
        "Metrics are recomputed from the per-item results, to one millionth.",
        "Write the number that the finding shows; `fedfuse new` computes all of them.",
    ),
    Rule(
        "E416",
        "Every evidence file belongs to a manifest or an Evaluation of the same change",
        "A file that nothing refers to is a place to hide something.",
        "Add the document, or remove the file.",
    ),
    Rule(
        "E417",
        "Prices are in the registry's currency",
        "Costs are compared across providers as plain numbers.",
        "Give the price per hour in the currency of registry.yaml.",
    ),
    Rule(
        "E419",
        "Evidence holds latencies of a baseline exactly when the document names that baseline",
        "The ratio of the two latencies means something only when both models are known.",
        "Name the version on main that ran beside this one as evaluation.baseline (for an "
        "Evaluation an earlier version of the same unit), or ship evidence without the column.",
    ),
)
