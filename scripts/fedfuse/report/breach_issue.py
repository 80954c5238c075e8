"""What people read about a breach: the issue, and the title of the rollback on main."""

from fedfuse.model.release import timestamp
from fedfuse.model.report import Report
from fedfuse.model.serving import Event
from fedfuse.model.slo.breach import breach_key
from fedfuse.model.slo.outcome import Action, Outcome
from fedfuse.report import markdown, slo
from fedfuse.report.blocks import Block, Code, Own, Paragraph, Strong, Words
from fedfuse.report.escape import visible

_NEXT = (
    "Then find the cause and ship a fix. If there is a hold, lift it with "
    "`fedfuse lift N --open-pr`. A person closes this issue."
)


def title(outcome: Outcome) -> str:
    """The issue's title, the same for the same breach however often it is found."""
    release = visible(outcome.activation.release)
    if slow := outcome.slow_burn:
        key = breach_key(outcome.activation.event, slow.objective.name)
        return f"Slow burn {key}: {release} uses up its error budget"
    return f"Breach {outcome.breach_key}: {release} does not keep its objective"


def body(outcome: Outcome, *, url: str) -> str:
    """The issue's text; `url` is the page of the rollback's pull request, empty for none."""
    found = f"Found at {timestamp(outcome.at)}."
    blocks: tuple[Block, ...] = (
        Paragraph(Own(found, found)),
        *slo.blocks(outcome),
        Paragraph(_follows(outcome)),
        Paragraph(Own(url, url)),
        Paragraph(_NEXT),
    )
    return markdown.render(blocks)


def _follows(outcome: Outcome) -> Words:
    if outcome.action is Action.TELL:
        return (
            Strong("Nothing is rolled back."),
            "The errors are too few to be an outage and too many to last.",
        )
    if outcome.action is Action.PAGE:
        return (
            Strong("A person has to decide."),
            "Automation leaves production as it is for now:",
            f"{outcome.reason}. `fedfuse status` shows what could serve instead.",
            "`fedfuse rollback --reason WHY --open-pr` goes back by hand.",
        )
    return (
        "Production goes back to",
        Code(outcome.to or "nothing"),
        "as soon as the pull request below is merged; automation merges it once its verdict is in.",
        "Promotions are on hold from then on.",
    )


def refusal(judged: Report) -> str:
    """Why a pull request that should have been a proven rollback is none."""
    found = next((f"{one.code} {one.message}" for one in judged.all_findings), "")
    return f"its verdict is {judged.verdict}" + (f", {visible(found)}" if found else "")


def merge_title(event: Event) -> str:
    """The subject line of the commit by which a rollback lands on main."""
    breach, to = visible(event.fields["breach_key"]), visible(event.fields["to"])
    return f"releases: rollback to {to} (event {event.number:04}, breach {breach})"
