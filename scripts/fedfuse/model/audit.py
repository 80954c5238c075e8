"""What an audit comes to: what is proven, what is wrong, and what nobody could say."""

from dataclasses import dataclass

from fedfuse.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Something that was asked for and nobody could answer: neither proven nor wrong."""

    about: str
    """What stays unknown: `remote`, `mirror`, a release tag, or `provider/unit@vN`."""
    what: str
    """Why, one sentence without a full stop."""
    fix: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit proved and what it could not."""

    commits: int
    releases: int
    replayed: int
    """Releases computed anew from history."""
    findings: tuple[Finding, ...]
    """By place."""
    refused: tuple[str, ...]
    """Manifests (by ref) and Evaluations (by path) on main that were not admitted; no failure."""
    void_events: tuple[str, ...]
    """Event files on main that are no valid event and change nothing; listed, no failure."""
    revoked: tuple[tuple[str, str], ...] = ()
    """Refs of versions that a failing Evaluation took out, each with its path; by ref."""
    artifacts: int | None = None
    """Artifacts that were asked about; None when none was to be."""
    changed: tuple[str, ...] = ()
    """Refs of versions whose artifact is proven not to be what was judged; by name."""
    unanswered: tuple[Unanswered, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everybody who was asked has answered."""
        return not self.unanswered

    @property
    def exit_code(self) -> int:
        """1 when something is wrong, whatever else is unknown; 3 when only something is unknown."""
        if self.findings:
            return 1
        return 3 if self.unanswered else 0
