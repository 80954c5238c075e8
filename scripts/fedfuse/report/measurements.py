"""What the Evaluations of a change came to, for each way a report is shown."""

from collections.abc import Iterator

from fedfuse.model.report import Measurement, Report
from fedfuse.report.escape import MAX_SENTENCE, code, item, phrase, visible


def blocks(report: Report) -> Iterator[list[str]]:
    """Per Evaluation the lines of a terminal: its path, what it does, every check."""
    for one in report.measurements:
        width = max((len(visible(result.gate)) for result in one.results), default=0)
        yield [
            visible(one.path),
            f"  {visible(one.effect, limit=MAX_SENTENCE)}",
            *(
                f"  {visible(result.gate):{width}}  {result.verdict:12}  "
                f"{visible(result.reason or result.check, limit=MAX_SENTENCE)}"
                for result in one.results
            ),
        ]


def sentences(report: Report) -> Iterator[str]:
    """Per Evaluation one Markdown sentence that says what it does."""
    return (f"{code(one.path)} {phrase(one.effect)}." for one in report.measurements)


def details(report: Report) -> str:
    """Every check of every Evaluation as a Markdown list."""
    return "\n".join(_checks(one) for one in report.measurements)


def _checks(one: Measurement) -> str:
    lines = [
        f"  {item(f'{result.gate} {result.check}')} {result.verdict}: {phrase(result.reason)}"
        for result in one.results
    ]
    return "\n".join((f"- {code(one.path)}", *lines))
