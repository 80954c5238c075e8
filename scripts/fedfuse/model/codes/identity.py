"""E6: who opened the pull request."""

from fedfuse.model.rule import rules

RULES = rules("""
E601: An account of the provider opens the pull request of its manifest
  Why: The numeric account id in registry.yaml on main decides. A login can change hands, and
       `submitted_by` is only a claim.
  Fix: Let an account of that provider open the pull request. Or let a maintainer first add the
       account to registry.yaml.
E602: A maintainer opens the pull request of an event
  Why: An event changes what serves. registry.yaml on main lists the maintainers.
  Fix: Let a maintainer open the pull request.
E603: Nobody waives a gate for a provider that they ship for
  Why: A waiver lets a known weakness pass, so an account that ships it must not allow it.
  Fix: Let a maintainer who does not ship for that provider open the pull request.
E604: The App opens rollbacks, promotions, yanks and ingest, and nothing else
  Why: Automation may take a release out of service and propose the next one. People hold, lift,
       waive and change the rules.
  Fix: Let a maintainer open the pull request.
E605: An Evaluation by `registry` is opened by the App, or by a maintainer who does not ship for
     that provider
  Why: It counts as independent and can revoke the version, so an account that ships the version
       must not make it.
  Fix: Let another maintainer open the pull request, or measure in the name of your own provider.
""")
