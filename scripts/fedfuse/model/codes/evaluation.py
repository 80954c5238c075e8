"""E44 and E46: what an Evaluation says of itself and its version, and sealed suites."""

from fedfuse.model.rule import rules

RULES = rules("""
E440: by, subject and number of an Evaluation agree with the file's path
  Why: The path decides who may measure and what never changes. The content must agree with it.
  Fix: Write what the path says, or move the files.
E441: An Evaluation is made by a provider of registry.yaml or by `registry`
  Why: The measurer decides whether a failure revokes the version.
  Fix: Move the files to manifests/registry/evaluations, or to the folder of a provider.
E442: The number of an Evaluation is one above the newest of the same subject and measurer
  Why: A number is never used twice and never skipped, so no measurement can disappear.
  Fix: Rename the files to the number that the finding shows.
E443: The subject of an Evaluation is a model version on main
  Why: A report has no weights to measure, and a version that is not on main was never shipped.
  Fix: Name a version on main, as PROVIDER/UNIT@vN. The evidence of a new version belongs to its
       manifest.
E444: The subject of an Evaluation is neither yanked nor revoked
  Why: A withdrawn version never serves again, and a later measurement does not change that.
  Fix: Ship the next version of the unit. `fedfuse status` shows the withdrawn versions.
E465: A sealed suite names no generator
  Why: Whoever knows the program and the seed writes the same items, so they are no secret.
  Fix: Remove `generator` from suite.yaml. `fedfuse eval seal` never copies it.
E466: The items of a published suite are those of its outline
  Why: Every Evaluation on the suite was judged by the outline. Other items would give it another
       meaning.
  Fix: Publish the part files that were sealed, and leave the outline as it is.
E467: The evaluator's suite is sealed, and has every part that a role of the registry needs
  Why: A version can be made to know items that anybody can read, and a role without items could
       never be promoted.
  Fix: Seal a suite with all parts (`fedfuse eval seal`), and name it in `evaluator.suite`. Publish
       a suite only after registry.yaml names the next one.
E468: The canonical suite is not sealed, and has every part that a role of the registry needs
  Why: Every provider measures on the canonical suite, so every provider can read its items. A
       version of a role without items could not be judged.
  Fix: Name a suite in `suite` whose part files, for all parts, are in the registry.
""")
