"""Posts reports on one pull request of a loopback GitHub."""

from collections.abc import Callable
from typing import Any

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.flows.operating.verdict_posting import Posted, post
from fedfuse.model.report import Report
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import APP, Account, Check, Pull, Store, token_of
from tests.unit.report.builders import HEAD, finding, report

NUMBER, AUTHOR = 7, 101
NEWER = "f" * 40
Faults = Callable[[Seen], Fault | None]
PASSES = report()
FAILS = report(findings=(finding(),))


def store(**changes: Any) -> Store:
    """A repository with one pull request."""
    return Store(pulls={NUMBER: Pull(NUMBER, HEAD, AUTHOR)}, **changes)


def posted(
    there: Store, judged: Report, *, faults: Faults = lambda _: None, by: Account = APP
) -> Posted:
    """Post a report as one run does, without the pauses."""
    with (
        LoopbackGitHub(there, faults) as github,
        Session(github.url, token_of(by), pause=lambda _: None) as session,
    ):
        return post(GitHub(there.name, session), NUMBER, judged, actor_id=AUTHOR)


def many(count: int) -> Report:
    """A report with that many findings, each in its own place."""
    return report(findings=tuple(finding(line=line) for line in range(1, count + 1)))


def only_check(there: Store) -> Check:
    """The one check run there is."""
    (found,) = there.checks
    return found
