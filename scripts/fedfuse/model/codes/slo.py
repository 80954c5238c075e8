"""E75: samples of SLO counters."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E751",
        "A file of samples is whole lines, at most 64 MiB",
        "A line that was cut off would be read as a smaller count.",
        "End every line with a line feed, and cut the file to the hours that matter.",
    ),
    Rule(
        "E752",
        "A sample is one JSON object with exactly the six fields",
        "A guessed or doubled field would decide about a rollback.",
        "Write `at`, `release`, `objective`, `instance`, `good` and `total` on every line.",
    ),
    Rule(
        "E753",
        "A sample says when, of which release and objective, and counts what happened",
        "`good` and `total` count requests of one process since it started, the good ones "
        "included in all.",
        "Write UTC times as 2026-11-24T03:07:45Z, whole numbers, and `good` at most `total`.",
    ),
    Rule(
        "E754",
        "The samples of an instance are in order of time",
        "Two processes under one name look like one that restarts all the time.",
        "Sort the file by time, and name every process differently.",
    ),
)
