"""E47: trained routers."""

from fedfuse.model.rule import rules

RULES = rules("""
E470: A router folder has exactly six files, at most 1 MiB each and 2 MiB in all
  Why: A node loads these files and no other. What is missing stops it, and nobody reads what is
       beside them.
  Fix: Write the folder again with `fedfuse fuse router`.
E471: router.json names its own version, and the sha256 of each other file
  Why: A node compares the files with these digests before it loads them.
  Fix: Write the folder again with `fedfuse fuse router`.
E472: A router has one threshold for each label; abstain_to and the safety types are labels
  Why: Otherwise a node would not know what to choose for some prompt.
  Fix: Write the folder again with `fedfuse fuse router`.
E473: A router names a suite of the registry, with test items for each of its labels
  Why: Its figures mean something only for items that everybody can read.
  Fix: Add the suite first, then train the router on it.
E474: A .safetensors file is a bounded header and tensors that cover the rest exactly
  Why: Loaders trust the header. A wrong length or place makes them read what is not there, and a
       gap can hide anything.
  Fix: Write the folder again with `fedfuse fuse router`.
E475: Embedding, tokenizer, configuration and head fit each other and the labels
  Why: A token without a row or a label without a weight stops a node at some prompt. A regular
       expression in the tokenizer could run for years on one.
  Fix: Write the folder again with `fedfuse fuse router`.
E476: Evidence of a router is item,label,score for each test item of its labels, in order
  Why: Each answer is judged, and none twice.
  Fix: Write the folder again with `fedfuse fuse router`.
E477: The macro-F1 in router.json is the one of the evidence
  Why: The tool recomputes it. Both must agree to one millionth.
  Fix: Write the number that the finding shows.
E478: A router has a macro-F1 of at least 0.8 on the test items
  Why: A release that sends one prompt in four to the wrong model serves nobody.
  Fix: Train it on more template families, or route fewer prompt types.
""")
