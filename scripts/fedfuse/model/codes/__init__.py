"""Every finding code: what rule it stands for, why the rule exists, how to satisfy it.

Codes are stable: a code is never reused for another rule. Families: E1 YAML, E2 tree shape,
E3 manifest, E4 evidence and suites, E5 artifacts, E6 identity, E7 events, E8 history and tags.
"""
