"""What an audit says: inert, honest about what is unknown, with the exit code that fits."""

from hypothesis import given
from tests.unit.report.hostile import Rendered, hostile_text
from tests.unit.report.test_operating import is_inert

from fedfuse.model.audit import AuditReport, Unanswered
from fedfuse.model.finding import Finding
from fedfuse.report import audit

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
    assert audit.text(report()) == f"{line}\n"
    unknown = audit.text(report(unknown=True))
    assert unknown == f"{line}; not complete, no answer about mirror\n"
    assert audit.text(report(unknown=True), quiet=True) == ""


@given(hostile_text)
def test_nothing_foreign_acts_in_an_audit(text: str) -> None:
    made = AuditReport(
        commits=1,
        releases=1,
        replayed=1,
        findings=(Finding(text, 1, 1, "E814", text, text, text, text),),
        refused=(text,),
        void_events=(text,),
        artifacts=1,
        changed=(text,),
        unanswered=(Unanswered(text, text, text),),
    )
    assert is_inert(audit.text(made))
    Rendered.of(audit.markdown(made)).assert_inert()
