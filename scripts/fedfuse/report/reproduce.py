"""The command that computes a report again from a clone."""

from fedfuse.model.release import timestamp
from fedfuse.model.report import Report


def command(report: Report) -> str:
    """The shell lines, with everything the judgement depends on; never raises."""
    return " \\\n  ".join(
        (
            "fedfuse check",
            f"--base {report.base}",
            f"--head {report.head}",
            f"--at {timestamp(report.at)}",
        )
    )
