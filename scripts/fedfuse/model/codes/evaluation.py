"""E44 and E46: what an Evaluation says of itself and its version, and sealed suites."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E440",
        "by, subject and number of an Evaluation agree with the file's path",
        "The path decides who may measure and what never changes. The content must agree with it.",
        "Write what the path says, or move the files.",
    ),
    Rule(
        "E441",
        "An Evaluation is made by a provider of registry.yaml or by `registry`",
        "The measurer decides whether a failure revokes the version.",
        "Move the files to manifests/registry/evaluations, or to the folder of a provider.",
    ),
    Rule(
        "E442",
        "The number of an Evaluation is one above the newest of the same subject and measurer",
        "A number is never used twice and never skipped, so no measurement can disappear.",
        "Rename the files to the number that the finding shows.",
    ),
    Rule(
        "E443",
        "The subject of an Evaluation is a model version on main",
        "A report has no weights to measure, and a version that is not on main was never shipped.",
        "Name a version on main, as PROVIDER/UNIT@vN. The evidence of a new version belongs to its "
        "manifest.",
    ),
    Rule(
        "E444",
        "The subject of an Evaluation is neither yanked nor revoked",
        "A withdrawn version never serves again, and a later measurement does not change that.",
        "Ship the next version of the unit. `fedfuse status` shows the withdrawn versions.",
    ),
    Rule(
        "E465",
        "A sealed suite names no generator",
        "Whoever knows the program and the seed writes the same items, so they are no secret.",
        "Remove `generator` from suite.yaml. `fedfuse eval seal` never copies it.",
    ),
    Rule(
        "E466",
        "The items of a published suite are those of its outline",
        "Every Evaluation on the suite was judged by the outline. Other items would give it "
        "another meaning.",
        "Publish the part files that were sealed, and leave the outline as it is.",
    ),
    Rule(
        "E467",
        "The evaluator's suite is sealed, and has every part that a role of the registry needs",
        "A version can be made to know items that anybody can read, and a role without items "
        "could never be promoted.",
        "Seal a suite with all parts (`fedfuse eval seal`), and name it in `evaluator.suite`. "
        "Publish a suite only after registry.yaml names the next one.",
    ),
    Rule(
        "E468",
        "The canonical suite is not sealed, and has every part that a role of the registry needs",
        "Every provider measures on the canonical suite, so every provider can read its items. A "
        "version of a role without items could not be judged.",
        "Name a suite in `suite` whose part files, for all parts, are in the registry.",
    ),
)
