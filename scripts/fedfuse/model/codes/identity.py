"""E6: who opened the pull request."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E601",
        "An account of the provider opens the pull request of its manifest",
        "The numeric account id in registry.yaml on main decides. A login can change hands, and "
        "`submitted_by` is only a claim.",
        "Let an account of that provider open the pull request. Or let a maintainer first add the "
        "account to registry.yaml.",
    ),
    Rule(
        "E602",
        "A maintainer opens the pull request of an event",
        "An event changes what serves. registry.yaml on main lists the maintainers.",
        "Let a maintainer open the pull request.",
    ),
    Rule(
        "E603",
        "Nobody waives a gate for a provider that they ship for",
        "A waiver lets a known weakness pass, so an account that ships it must not allow it.",
        "Let a maintainer who does not ship for that provider open the pull request.",
    ),
    Rule(
        "E604",
        "The App opens rollbacks, promotions, yanks and ingest, and nothing else",
        "Automation may take a release out of service and propose the next one. People hold, lift, "
        "waive and change the rules.",
        "Let a maintainer open the pull request.",
    ),
    Rule(
        "E605",
        "An Evaluation by `registry` is opened by the App, or by a maintainer who does not ship "
        "for that provider",
        "It counts as independent and can revoke the version, so an account that ships the version "
        "must not make it.",
        "Let another maintainer open the pull request, or measure in the name of your own "
        "provider.",
    ),
)
