"""What people read about a breach."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from tests.unit.report.hostile import Rendered, hostile_text
from tests.unit.slo.traffic import RELEASE, START, THREE_NINES, at, seeded, simulate

from fedfuse.model.change import Shape
from fedfuse.model.finding import Finding
from fedfuse.model.report import NOT_CHECKED, Report, Side
from fedfuse.model.serving import Event
from fedfuse.model.slo.activation import Activation
from fedfuse.model.slo.burn import evaluate
from fedfuse.model.slo.objective import Objective
from fedfuse.model.slo.outcome import Action, Outcome
from fedfuse.report import breach_issue

WARM = "acme-ai-federated-v1.1.0"
OUTAGE = tuple(simulate(seeded(1), 75, per_minute=10, share=lambda m: 0.3 if m >= 60 else 0.001))
URL = "https://code.acme.invalid/registry/pull/7"


def outcome(action: Action, *, to: str = "", reason: str = "because", minutes: int = 63) -> Outcome:
    wanted = (THREE_NINES, Objective("latency", 0.95, 250))
    verdicts = evaluate(wanted, OUTAGE, release=RELEASE, activated_at=START, now=at(minutes))
    return Outcome(Activation(RELEASE, 7, START), at(minutes), verdicts, action, reason, to)


def test_the_title_is_the_same_for_the_same_breach_whatever_is_to_be_done() -> None:
    titles = {
        breach_issue.title(outcome(Action.ROLLBACK, to=WARM)),
        breach_issue.title(outcome(Action.ROLLBACK, to=WARM, minutes=70)),
        breach_issue.title(outcome(Action.PAGE)),
    }
    assert titles == {f"Breach 0007:availability: {RELEASE} does not keep its objective"}


def test_a_rollback_is_announced_with_the_page_of_its_pull_request() -> None:
    text = breach_issue.body(outcome(Action.ROLLBACK, to=WARM), url=URL)
    assert text.startswith("Found at 2026-11-24T14:03:00Z.\n\n")
    assert f"\n\n`{RELEASE}`: breach of availability\\\nserves since" in text
    assert f"Production goes back to `{WARM}` as soon as" in text
    assert f"\n\n{URL}\n\n" in text
    Rendered.of(text).assert_inert(links=(URL,))


@given(reason=hostile_text)
def test_a_page_says_why_a_person_has_to_decide_and_nothing_in_the_reason_acts(reason: str) -> None:
    text = breach_issue.body(outcome(Action.PAGE, reason=reason), url="")
    rendered = Rendered.of(text)
    rendered.assert_inert()
    assert "**A person has to decide.** Automation leaves production as it is" in text
    assert rendered.blocks.count("table") == 1
    assert "fedfuse rollback --reason WHY --open-pr" in rendered.codes


def test_the_commit_on_main_names_release_event_and_breach_on_one_line() -> None:
    fields = {"breach_key": "0007:availability", "to": WARM}
    title = breach_issue.merge_title(Event(8, "rollback", fields))
    assert title == f"releases: rollback to {WARM} (event 0008, breach 0007:availability)"


def judged(*found: Finding, remote: Side = NOT_CHECKED) -> Report:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Report(Shape.EVENT, "a" * 40, "b" * 40, now, found, (), None, {}, remote=remote)


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (judged(Finding("x", 1, 1, "E717", "no\nproof")), r"its verdict is fail, E717 no\nproof"),
        (judged(remote=Side("error", "the store is gone")), "its verdict is error"),
    ],
)
def test_what_is_left_to_people_is_said_in_one_line(report: Report, said: str) -> None:
    assert breach_issue.refusal(report) == said
