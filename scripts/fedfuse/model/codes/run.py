"""E445 and E446: the run file, which `fedfuse eval run` writes beside the evidence."""

from fedfuse.model.rule import rules

RULES = rules("""
E445: A run file belongs to the evidence beside it
  Why: The seed, the price or the machine of another run would give the evidence a cost that it
       never had.
  Fix: Bring the two files of one run together: FILE.csv and FILE.run.json.
E446: What is said of a run agrees with its run file
  Why: The cost follows from the price and the concurrency, and the suite decides what the scores
       mean.
  Fix: Leave the option out. If the run file is wrong, measure again.
""")
