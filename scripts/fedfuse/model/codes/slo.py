"""E719 and E75: targets of objectives, and samples of SLO counters."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E719",
        "A breach of an objective needs at most 20 % errors",
        "A breach burns the error budget 14.4 times as fast as the target allows. With a target of "
        "95 % that is 72 % errors, so production could fail half of its requests and stay.",
        "Write a target of at least 0.9862. If production cannot keep it, relax the bound that a "
        "good request is within, such as `latency_ms`.",
    ),
    Rule(
        "E751",
        "A file of samples ends with a complete line, and is at most 64 MiB",
        "A line that is cut off would be read as a smaller count.",
        "End every line with a line feed. Cut the file to the hours that matter.",
    ),
    Rule(
        "E752",
        "A sample is one JSON object with exactly six fields",
        "A missing or repeated field could decide about a rollback.",
        "Write `at`, `release`, `objective`, `instance`, `good` and `total` on every line.",
    ),
    Rule(
        "E753",
        "A sample names its time, release and objective, and counts requests",
        "`good` and `total` count the requests of one process since it started. `total` includes "
        "the good ones.",
        "Write UTC times as 2026-11-24T03:07:45Z, whole numbers, and `good` at most `total`.",
    ),
    Rule(
        "E754",
        "The samples of an instance are in the order of time",
        "If two processes have one name, their counts look like a process that restarts all the "
        "time.",
        "Sort the file by time, and give every process a name of its own.",
    ),
)
