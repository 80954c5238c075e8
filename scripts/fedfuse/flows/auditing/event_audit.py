"""What main's history proves about when promotions landed."""

from collections.abc import Iterator

from fedfuse.flows.auditing.audit_history import accept
from fedfuse.flows.checking import event_rules
from fedfuse.flows.history import event_files, windows
from fedfuse.flows.history.ledger import Ledger
from fedfuse.model.finding import Finding
from fedfuse.model.release import timestamp


def late_promotions(ledger: Ledger, commit: str) -> Iterator[Finding]:
    """Promotions on main, up to a commit, that landed outside the windows of their time.

    The windows are those on the commit before, the time is the committer date. A commit listed
    under `audit.accepted` is right. Raises RegistryError for a time zone nobody knows.
    """
    accepted = ledger.snapshot(commit).registry().accepted_commits
    landings = ledger.repository.first_parent(after=None, until=commit, path=event_files.FOLDER)
    for landing in landings:
        if landing.sha in accepted or not landing.parent:
            continue
        there, before = ledger.snapshot(landing.sha), ledger.snapshot(landing.parent)
        if before.registry_findings():
            continue  # no window can be told; the broken policy is a finding of its own
        for path in event_rules.added(landing.changes):
            event = event_files.read_event(there, path)
            is_promotion = event is not None and event.kind == "promote"
            if is_promotion and windows.closed(before.registry(), landing.committed_at):
                yield _late(path, landing.sha, timestamp(landing.committed_at))


def _late(path: str, commit: str, moment: str) -> Finding:
    what = f"commit {commit[:12]} landed this promotion outside every window"
    expected = "in a window of cadence.production"
    return Finding(path, 0, 0, "E712", what, expected, moment, accept(commit))
