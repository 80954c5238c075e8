"""E719 and E75: targets of objectives, and samples of SLO counters."""

from fedfuse.model.rule import rules

RULES = rules("""
E719: A breach of an objective needs at most 20 % errors
  Why: A breach burns the error budget 14.4 times as fast as the target allows. With a target of 95
       % that is 72 % errors, so production could fail half of its requests and stay.
  Fix: Write a target of at least 0.9862. If production cannot keep it, relax the bound that a good
       request is within, such as `latency_ms`.
E751: A file of samples ends with a complete line, and is at most 64 MiB
  Why: A line that is cut off would be read as a smaller count.
  Fix: End every line with a line feed. Cut the file to the hours that matter.
E752: A sample is one JSON object with exactly six fields
  Why: A missing or repeated field could decide about a rollback.
  Fix: Write `at`, `release`, `objective`, `instance`, `good` and `total` on every line.
E753: A sample names its time, release and objective, and counts requests
  Why: `good` and `total` count the requests of one process since it started. `total` includes the
       good ones.
  Fix: Write UTC times as 2026-11-24T03:07:45Z, whole numbers, and `good` at most `total`.
E754: The samples of an instance are in the order of time
  Why: If two processes have one name, their counts look like a process that restarts all the time.
  Fix: Sort the file by time, and give every process a name of its own.
""")
