"""E445 and E446: the run file, which `fedfuse eval run` writes beside the evidence."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E445",
        "A run file belongs to the evidence beside it",
        "The seed, the price or the machine of another run would give the evidence a cost that it "
        "never had.",
        "Bring the two files of one run together: FILE.csv and FILE.run.json.",
    ),
    Rule(
        "E446",
        "What is said of a run agrees with its run file",
        "The cost follows from the price and the concurrency, and the suite decides what the "
        "scores mean.",
        "Leave the option out. If the run file is wrong, measure again.",
    ),
)
