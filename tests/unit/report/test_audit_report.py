"""What an audit says: inert, honest about what is unknown, with the exit code that fits."""

from hypothesis import given
from tests.unit.report.hostile import Rendered, hostile_text
from tests.unit.report.test_operating import is_inert

from fedfuse.model.audit import AuditReport, Unanswered
from fedfuse.model.finding import Finding
from fedfuse.report import audit, markdown, text

WRONG = Finding("releases/x.json", 0, 0, "E810", "forged", fix="find out who")
UNKNOWN = Unanswered("mirror", "the Hub cannot be reached", "try again")


def report(*, wrong: bool = False, unknown: bool = False) -> AuditReport:
    return AuditReport(
        commits=7,
        releases=2,
        replayed=1,
        findings=(WRONG,) if wrong else (),
        refused=(),
        void_events=(),
        unanswered=(UNKNOWN, UNKNOWN) if unknown else (),
    )


def shown(made: AuditReport, *, quiet: bool = False) -> str:
    return text.render(audit.blocks(made, quiet=quiet, is_page=False))


def test_what_is_wrong_decides_before_what_is_unknown() -> None:
    assert report().exit_code == 0
    assert report(unknown=True).exit_code == 3
    assert report(wrong=True).exit_code == report(wrong=True, unknown=True).exit_code == 1


def test_json_says_whether_everybody_has_answered() -> None:
    both = audit.fields(report(wrong=True, unknown=True))
    assert (both["complete"], len(both["incomplete"]), len(both["findings"])) == (False, 2, 1)
    assert audit.fields(report(wrong=True))["complete"] is True


def test_the_summary_names_each_thing_that_is_unknown_once() -> None:
    line = "7 commits, 2 release tags (1 release computed anew): 0 problems"
    assert shown(report()) == f"{line}\n"
    assert shown(report(unknown=True)) == f"{line}; not complete, no answer about mirror\n"
    page = markdown.render(audit.blocks(report(unknown=True)))
    assert page.startswith(f"### Audit: {line}; not complete, no answer about mirror\n\n")
    assert "- `mirror`: no answer: the Hub cannot be reached\\\n   **Fix:** try again\n" in page
    assert shown(report(), quiet=True) == ""


@given(hostile_text)
def test_nothing_foreign_acts_in_an_audit(foreign: str) -> None:
    made = AuditReport(
        commits=1,
        releases=1,
        replayed=1,
        findings=(Finding(foreign, 1, 1, "E814", foreign, foreign, foreign, foreign),),
        refused=(foreign,),
        void_events=(foreign,),
        artifacts=1,
        changed=(foreign,),
        unanswered=(Unanswered(foreign, foreign, foreign),),
    )
    assert is_inert(shown(made))
    Rendered.of(markdown.render(audit.blocks(made))).assert_inert()
