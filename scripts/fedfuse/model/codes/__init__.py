"""Every finding code: what rule it stands for, why the rule exists, how to satisfy it.

Codes are stable: a code is never reused for another rule. Families: E1 YAML, E2 tree shape,
E3 manifest, E4 evidence, suites and routers, E5 artifacts, E6 identity, E7 events and objectives,
E8 history and tags, E9 fuse.
"""

from collections.abc import Mapping

from fedfuse.model.codes import (
    artifact,
    evaluation,
    event,
    evidence,
    fuse,
    history,
    identity,
    manifest,
    router,
    run,
    shipment,
    slo,
    tool,
    tree,
    yaml,
)
from fedfuse.model.rule import Rule

_FAMILIES = (
    yaml,
    tree,
    manifest,
    tool,
    evidence,
    shipment,
    evaluation,
    router,
    run,
    artifact,
    identity,
    event,
    history,
    slo,
    fuse,
)

CATALOG: Mapping[str, Rule] = {rule.code: rule for family in _FAMILIES for rule in family.RULES}
"""Code to rule, for `fedfuse explain`."""
