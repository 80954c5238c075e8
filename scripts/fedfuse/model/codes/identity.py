"""E6: who opened the pull request."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E601",
        "A manifest is shipped by an actor of its provider",
        "The numeric account id decides, as registry.yaml on main lists it; logins can change "
        "hands and `submitted_by` is only a claim.",
        "Let an account of that provider open the pull request, or have a maintainer add the "
        "account to registry.yaml in a pull request of its own.",
    ),
    Rule(
        "E602",
        "An event is opened by a maintainer",
        "Events change what serves; registry.yaml on main lists who may ask for that.",
        "Let a maintainer open the pull request.",
    ),
    Rule(
        "E603",
        "Nobody waives a gate for a provider that they ship for",
        "A waiver lets a measured shortcoming pass; whoever ships it must not be who allows it.",
        "Let a maintainer who is no actor of that provider open the pull request.",
    ),
    Rule(
        "E604",
        "The App opens rollbacks, promotions, yanks and ingest, nothing else",
        "Automation may take a release out of service and ask for the next one; to hold, to lift, "
        "to waive and to change the rules is for people.",
        "Let a maintainer open the pull request.",
    ),
    Rule(
        "E605",
        "An Evaluation by `registry` is opened by a maintainer who ships nothing for that "
        "provider, or by the App",
        "It may revoke a version, and it counts as independent: whoever ships the version is not.",
        "Let another maintainer open the pull request, or measure as your own provider.",
    ),
)
