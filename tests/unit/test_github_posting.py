"""A report as GitHub takes it: short enough, inert, and with a digest that ignores the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from fedfuse.model.release import timestamp
from fedfuse.model.report import Report
from fedfuse.model.verdict import Verdict
from fedfuse.report import check_run
from fedfuse.report.markdown import MAX_CHARS
from fedfuse.report.pull_request import MARKER
from tests.unit.report.builders import finding, gate, report, report_quoting
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text
from tests.unit.report.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_comment_and_summary_are_the_report_and_the_command_that_makes_it_again(name: str) -> None:
    judged = SAMPLES[name]
    comment, check = check_run.comment(judged), check_run.check_run(judged)
    assert comment.body.startswith(f"{MARKER}\n")
    assert comment.text == check.summary
    assert f"--head {judged.head}" in check.summary
    assert check.title.startswith(judged.verdict)
    assert check.head == judged.head


@pytest.mark.parametrize("text", HOSTILE)
def test_every_body_stays_within_its_limit_with_the_last_line_on(text: str) -> None:
    judged = report(findings=tuple(replace(finding(message=text), line=n) for n in range(5_000)))
    comment = check_run.comment(judged)
    assert len(comment.body) <= MAX_CHARS
    assert comment.body.endswith(f"\n<!-- fedfuse:state fail {comment.digest} -->\n")


@settings(max_examples=60)
@given(hostile_text)
def test_nothing_in_an_annotation_or_a_title_is_more_than_plain_printable_text(text: str) -> None:
    check = check_run.check_run(report_quoting(text))
    assert check.title.isprintable()
    assert check.title.isascii()
    assert len(check.title) <= 255
    for one in check.annotations:
        assert one.path
        assert (one.path + one.title + one.message.replace("\n", "")).isascii()
        assert (one.path + one.title + one.message.replace("\n", "")).isprintable()
        assert len(one.message) < 64_000
        assert len(one.title) <= 255
        assert one.line >= 1


@settings(max_examples=60)
@given(hostile_text)
def test_the_last_line_is_one_comment_that_hides_nothing_else(text: str) -> None:
    body = check_run.comment(report_quoting(text)).body
    rendered = Rendered.of(body)
    rendered.assert_inert()
    assert rendered.blocks[-1].startswith("#comment  fedfuse:state ")


def test_the_digest_ignores_ages_and_the_hour_in_a_sentence_but_not_their_verdict() -> None:
    def aged(days: int) -> Report:
        at = report().at + timedelta(days=days)
        price = gate(
            "latency", "pricing", observed=days, limit=90, unit="days", reason=f"{days} days"
        )
        return report(
            at=at,
            gates=(price,),
            findings=(finding(message=f"at {timestamp(at)} no promotion window is open"),),
        )

    today, tomorrow = aged(1), aged(2)
    assert check_run.comment(today).digest == check_run.comment(tomorrow).digest
    assert check_run.comment(today).text != check_run.comment(tomorrow).text
    older = replace(tomorrow, gates=(replace(tomorrow.gates[0], verdict=Verdict.FAIL),))
    assert check_run.comment(older).digest != check_run.comment(today).digest


def test_the_digest_ignores_when_but_not_what_was_judged() -> None:
    judged = report(findings=(finding(),))
    digest = check_run.comment(judged).digest
    assert check_run.comment(replace(judged, at=judged.at + timedelta(days=1))).digest == digest
    for other in (
        replace(judged, base="b" * 40),
        replace(judged, head="b" * 40),
        replace(judged, findings=(finding(line=15),)),
        replace(judged, findings=()),
    ):
        assert check_run.comment(other).digest != digest
