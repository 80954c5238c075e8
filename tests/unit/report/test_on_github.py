"""What reaches GitHub's Markdown, rendered by GitHub's renderer: nothing foreign acts."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.unit.report import builders, samples
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text
from tests.unit.slo.traffic import RELEASE, START, THREE_NINES, at

from fedfuse.model.audit import AuditReport, Unanswered
from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.change import Shape
from fedfuse.model.report import IfMerged, MemberChange
from fedfuse.model.slo.activation import Activation
from fedfuse.model.slo.burn import evaluate
from fedfuse.model.slo.outcome import Action, Outcome
from fedfuse.report import (
    audit,
    breach_issue,
    check_run,
    event_pull_request,
    markdown,
    release_notes,
)
from fedfuse.report import candidates as candidates_report

PULL = "https://github.com/acme/registry/pull/7"


def comment(text: str) -> str:
    return check_run.comment(builders.report_quoting(text)).body


def check_summary(text: str) -> str:
    return check_run.check_run(builders.report_quoting(text)).summary


def candidates(text: str) -> str:
    rows = (
        Candidate(text, text, Shape.MANIFEST, (), 7, text),
        Candidate(text, text, None, (text, text), 9, text),
    )
    merged = IfMerged(text, text, (text,), (MemberChange(text, 1, 2),), ((text, text),), text)
    return candidates_report.issue(Candidates(text, builders.AT, rows, merged))


def issue_of_a_breach(text: str, action: Action = Action.ROLLBACK) -> str:
    verdicts = evaluate([THREE_NINES], (), release=RELEASE, activated_at=START, now=at(63))
    served = Activation(text, 7, START)
    return breach_issue.body(Outcome(served, at(63), verdicts, action, text, text), url=PULL)


def page_issue(text: str) -> str:
    return issue_of_a_breach(text, Action.PAGE)


def notes(text: str) -> str:
    return release_notes.notes(
        record(text), record("before"), tag_object="d" * 40, submitters={f"{text}@v1": text}
    )


def gates_page(text: str) -> str:
    return release_notes.gates(record(text))


def record(text: str) -> Mapping[str, object]:
    outcome = {"gate": text, "check": text, "verdict": "pass", "unit": text}
    numbers = {"observed": "1", "limit": None, "baseline": "0"}
    return {
        "release": text,
        "commit": text,
        "bump": text,
        "reasons": [text],
        "units": {text: {"member": 1}},
        "metrics": {f"{text}@v1": {text: "1"}},
        "verdicts": {text: [outcome | numbers]},
        "yanked": [],
        "revoked": [],
    }


def proposed_event(text: str) -> str:
    event = f"kind: hold\nreason: {text}\n".encode("utf-8", "surrogatepass")
    return event_pull_request.body("hold", event, branch="fedfuse/hold-promotions")


def audit_summary(text: str) -> str:
    finding = builders.finding(path=text, code=text, message=text, fix=text)
    made = AuditReport(1, 1, 1, (finding,), (text,), (text,), unanswered=(Unanswered(*[text] * 3),))
    return markdown.render(audit.blocks(made))


PLACES: Mapping[str, tuple[Callable[[str], str], tuple[str, ...]]] = {
    "the comment on a pull request": (comment, ()),
    "the summary of a check run": (check_summary, ()),
    "the issue about merge candidates": (candidates, ("#7", "#9")),
    "the issue about a breach": (issue_of_a_breach, (PULL,)),
    "the issue that pages a person": (page_issue, (PULL,)),
    "the notes of a release": (notes, ()),
    "the page of a release's gates": (gates_page, ()),
    "the pull request of an event": (proposed_event, ()),
    "the summary of an audit's job": (audit_summary, ()),
}
"""Where foreign text goes, and the links that are our own there."""


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=50)
@given(text=hostile_text)
def test_no_foreign_text_acts_or_adds_to_the_structure(place: str, text: str) -> None:
    render, links = PLACES[place]
    rendered = Rendered.of(render(text))
    rendered.assert_inert(links=links)
    if text.strip():
        calm = Rendered.of(render("harmless")).blocks
        assert without_digests(rendered.blocks) == without_digests(calm)


@pytest.mark.parametrize("place", PLACES)
def test_no_known_trick_works(place: str) -> None:
    render, links = PLACES[place]
    for text in HOSTILE:
        Rendered.of(render(text)).assert_inert(links=links)


def without_digests(blocks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("#comment" if block.startswith("#comment") else block for block in blocks)


def test_five_thousand_hostile_findings_are_inert_and_fit() -> None:
    found = [
        replace(builders.finding(message=text, path=text, fix=text), line=n)
        for n in range(5_000)
        for text in (HOSTILE[n % len(HOSTILE)][:500],)
    ]
    judged = builders.report(findings=tuple(found), gates=(samples.SLOW,))
    for body in (check_run.comment(judged).body, check_run.check_run(judged).summary):
        assert len(body) <= 60_000
        Rendered.of(body).assert_inert()


ACTIVE = (
    "see www.evil.example",
    "see https://evil.example",
    "see ftp://evil.example",
    "write to a@evil.example",
    "xmpp:a@evil.example",
    "[a](/x)",
    "![a](/x.png)",
    "<img src=x>",
    "<b>x</b>",
    "a </details> b",
    "<details>\n\nx\n\n</details>",
    "<script>alert(1)</script>",
    "a <!-- fedfuse:check -->",
    "<!-- fedfuse:check -->\n\nb\n\n<!-- fedfuse:check -->",
    "<!DOCTYPE x>",
    "<?php x ?>",
    "- [ ] task",
    "~~x~~",
    "*x*",
    "> quote",
    "a[^1]\n\n[^1]: note",
    "---",
    "@alice",
    "&#64;alice",
    "fixes #1",
    "GH-2",
    "org/repo#3",
    "defaced1",
    "oh :x: :+1: my",
    "so $x$",
    "```python\nx\n```",
)


@pytest.mark.parametrize("markdown", ACTIVE)
def test_the_proof_sees_whatever_acts(markdown: str) -> None:
    with pytest.raises(AssertionError):
        Rendered.of(f"before\n\n{markdown}\n").assert_inert()
    with pytest.raises(AssertionError):
        Rendered.of(markdown).assert_inert(links=("#7", PULL))
