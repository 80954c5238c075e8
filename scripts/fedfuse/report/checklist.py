"""checklist.md of a bundle: what was proven about every member, rendered from the record alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from fedfuse.report.escape import code, table_row


def render(record: Mapping[str, Any]) -> bytes:
    """The page of a release record; never raises for a valid record.

    The same record gives the same bytes. Everything the record quotes is escaped.
    """
    lines = [
        f"# What was proven about {code(record['release'])}",
        "",
        f"Recomputed by `fedfuse audit --replay` from commit {code(record['commit'])}.",
        "",
        "## Members",
        "",
        table_row(("unit", "version", "contract", "covered by", "artifact digest")),
        table_row(("---",) * 5),
        *_members(record),
        "",
        "## Gates of what is new in this release",
        "",
        table_row(("shipment", "gate", "result", "observed", "limit")),
        table_row(("---", "---", "---", "--:", "--:")),
        *_outcomes(record),
        "",
    ]
    return "\n".join(lines).encode("ascii", "backslashreplace")


def _members(record: Mapping[str, Any]) -> Iterator[str]:
    for unit, facts in sorted(record["units"].items()):
        if facts["member"] is not None:
            yield table_row(
                (
                    code(unit),
                    f"v{facts['member']}",
                    f"v{facts['contract']}",
                    code(facts["report"]) if facts["report"] else "not needed",
                    code(facts["artifact"]["digest"]),
                )
            )


def _outcomes(record: Mapping[str, Any]) -> Iterator[str]:
    for ref, outcomes in sorted(record["verdicts"].items()):
        for one in outcomes:
            limit = code(f"{one['limit']} {one['unit']}") if one["limit"] else ""
            observed = code(one["observed"]) if one["observed"] else ""
            gate = code(f"{one['gate']} {one['check']}")
            yield table_row((code(ref), gate, code(one["verdict"]), observed, limit))
