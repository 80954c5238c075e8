"""What `fedfuse fuse` prints: the choice per role, or the findings that stand against one."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.finding import Finding
from fedfuse.model.fuse import Fused
from fedfuse.report.escape import MAX_SENTENCE, code, log_line, phrase, table_row, visible


def text(fused: Fused) -> str:
    """Plain lines for a terminal: role by role, or finding by finding."""
    lines = _roles(fused.descriptor) if fused.descriptor else _problems(fused.findings)
    return "\n".join(log_line(line) for line in lines)


def markdown(fused: Fused) -> str:
    """The same as `text` as one Markdown table."""
    rows = _role_rows(fused.descriptor) if fused.descriptor else _problem_rows(fused.findings)
    return "\n".join(table_row(row) for row in rows)


def as_json(fused: Fused) -> str:
    """`{verdict, findings, descriptor}` as canonical JSON; a refusal has no descriptor."""
    findings = [asdict(finding) for finding in fused.findings]
    verdict = "pass" if fused.descriptor else "fail"
    document = {"verdict": verdict, "findings": findings, "descriptor": fused.descriptor}
    return dumps_by_key(document).decode("ascii").rstrip()


def _roles(descriptor: Mapping[str, Any]) -> Iterator[str]:
    yield descriptor["name"]
    for role, slot in descriptor["roles"].items():
        chosen = slot["artifact"]
        yield f"{role} | {chosen['id']} | {slot['provider']}, score {chosen['score']}"
        for gate in chosen["gates"]:
            yield f"  {gate['gate']} | {gate['verdict']} | {gate['reason']}"
        for other in slot["outranked"]:
            yield f"  not chosen: {other['id']}, score {other['score']}"
        for other in slot["refused"]:
            yield f"  refused: {other['id']}, {'; '.join(other['reasons'])}"


def _role_rows(descriptor: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    yield "role", "artifact", "outcome", "figures"
    yield ("---",) * 4
    for role, slot in descriptor["roles"].items():
        chosen = slot["artifact"]
        figures = "; ".join(phrase(gate["reason"]) for gate in chosen["gates"])
        yield role, code(chosen["id"]), f"**chosen**, score {chosen['score']}", figures
        for other in slot["outranked"]:
            yield role, code(other["id"]), "not chosen", f"score {other['score']}"
        for other in slot["refused"]:
            yield role, code(other["id"]), "refused", phrase("; ".join(other["reasons"]))


def _problems(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        yield f"{visible(finding.place)}: {finding.code} {_sentence(finding.message)}"
        if details := _details(finding):
            yield f"  {_sentence(details)}"
        yield f"  fix: {_sentence(finding.fix)}"


def _problem_rows(findings: tuple[Finding, ...]) -> Iterator[tuple[str, ...]]:
    yield "code", "where", "what", "fix"
    yield ("---",) * 4
    for finding in findings:
        what = (
            f"{finding.message}: {details}" if (details := _details(finding)) else finding.message
        )
        yield finding.code, code(finding.place), phrase(what), phrase(finding.fix)


def _details(finding: Finding) -> str:
    quoted = (("expected", finding.expected), ("found", finding.found))
    return ", ".join(f"{word} {value}" for word, value in quoted if value)


def _sentence(text_: str) -> str:
    return visible(text_, limit=MAX_SENTENCE)
