"""E44: what an Evaluation says about itself and about the version that it measures."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E440",
        "by, subject and number of an Evaluation agree with the file's path",
        "The path decides who may measure and what is immutable; the contents must say the same.",
        "Write what the path says, or move the files.",
    ),
    Rule(
        "E441",
        "An Evaluation is by a provider of registry.yaml or by `registry`",
        "Whose word it is decides whether a failure revokes the version.",
        "Lay the files below manifests/registry/evaluations or a provider's own folder.",
    ),
    Rule(
        "E442",
        "An Evaluation is numbered one above the newest of its subject by the same measurer",
        "Numbers are never used twice and never skipped, so that no measurement goes missing.",
        "Rename the files to the number that the finding shows.",
    ),
    Rule(
        "E443",
        "The subject of an Evaluation is a model version on main",
        "Reports carry no weights to measure, and what is not on main was never shipped.",
        "Name a version on main as PROVIDER/UNIT@vN; the evidence of a new one goes into its "
        "manifest.",
    ),
    Rule(
        "E444",
        "The subject of an Evaluation was neither yanked nor revoked",
        "A withdrawn version never serves again, whatever a later measurement says.",
        "Ship the unit's next version; `fedfuse status` shows what was withdrawn.",
    ),
)
