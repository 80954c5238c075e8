"""E41: what a document says about its evidence, without E418. E431 on: bytes that ship once."""

from fedfuse.model.rule import rules

RULES = rules("""
E410: The evidence of v<n>.yaml is v<n>.evidence.csv, and that of an Evaluation has the Evaluation's
      name with .csv; both are in the same pull request
  Why: The tool recomputes the metrics from the evidence. Without it the metrics prove nothing.
  Fix: Add the CSV that `fedfuse eval run` wrote. `fedfuse new` copies it to its place.
E411: Evidence is measured on the canonical suite of main
  Why: Figures from another suite, or from an older version of it, cannot be compared.
  Fix: Measure on the suite that registry.yaml names, and ship that evidence.
E412: evaluation.evidence.sha256 is the sha256 of the evidence file
  Why: The manifest names exactly these results.
  Fix: Write the sha256 that the finding shows, or restore the file.
E413: Evidence comes from this run and is no copy of other evidence
  Why: Results of another version say nothing about this one, and a copy is no independent
       measurement.
  Fix: Measure this artifact with `fedfuse eval run`.
E414: evaluation.evidence.items is the number of rows in the evidence
  Why: People read this number, so it must be the number that was judged.
  Fix: Write the number that the finding shows.
E415: Declared metrics are equal to those that the evidence gives
  Why: The tool recomputes the metrics from the per-item results. They must agree to one millionth.
  Fix: Write the number that the finding shows. `fedfuse new` computes all of them.
E416: Every evidence file belongs to a manifest or an Evaluation in the same pull request
  Why: Nobody reads a file that nothing refers to, so it could hide something.
  Fix: Add the manifest or the Evaluation, or remove the file.
E417: A price is in the registry's currency
  Why: Costs are compared across providers as plain numbers.
  Fix: Give the price per hour in the currency of registry.yaml.
E419: Evidence holds baseline latencies if, and only if, the document names the baseline
  Why: The ratio of two latencies has a meaning only if both models are known.
  Fix: Write the version on main that was measured in turn with this one as evaluation.baseline; for
       an Evaluation it is an earlier version of the same unit. Or ship evidence without that
       column.
E431: The weights of a yanked or revoked version never ship again, by any unit
  Why: A withdrawal is about bytes. Under another number, other file names or other settings they
       would serve again.
  Fix: Train a next artifact and ship that. Of an artifact without weights all its files count.
E432: An artifact ships once, and never with the weights of another provider. Only a judged
      experiment of the same unit ships a second time, as its release
  Why: The same bytes under a new number are the same model: measured again until it passes, it
       would win by chance, and a rolled-back model would come back. File names, licenses and pages
       for people make no other artifact. A refused manifest does not count: its artifact may ship
       again. A provider that has the weights of another could have them withdrawn for both.
  Fix: Ship an artifact of this version's own. To release an experiment, write track: release.
E433: Two manifests of one pull request ship two artifacts
  Why: One of the two would be a second number for the same bytes.
  Fix: Remove one of the two manifests.
E434: An artifact holds weights of its format: .safetensors, .gguf or .onnx files
  Why: Weights are known by their ending: to loaders, and to the rules that keep withdrawn weights
       out.
  Fix: Upload the weights under their own ending, or name the format that the files have.
E435: An artifact of format config is exactly the files prompt.json and decoding.json
  Why: Such an artifact is settings for a pinned base model. A third file could be anything: an
       archive with a pickle inside would ship as settings, and no rule about weights would see it.
  Fix: List the two files. Ship weights in an artifact whose format is theirs.
""")
