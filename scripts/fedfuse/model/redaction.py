"""Keeps what must not be published out of the findings, which are published."""

from collections.abc import Iterable
from dataclasses import replace

from fedfuse.model.codes import CATALOG
from fedfuse.model.finding import Finding

_LEAKS = frozenset({"E340", "E341"})
"""Secrets, and raw or personal data; these findings never repeat what they are about."""


def redact(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, sorted; those about a file that leaks keep their place and quote nothing."""
    found = tuple(findings)
    leaking = {one.path for one in found if one.code in _LEAKS}
    quiet = {_unquoted(one) if one.path in leaking else one for one in found}
    return tuple(sorted(quiet))


def _unquoted(finding: Finding) -> Finding:
    if finding.code in _LEAKS:
        return finding
    return replace(
        finding,
        message=CATALOG[finding.code].title,
        found="not shown, since the file holds what must not be published",
        fix="remove what must not be published first",
    )
