"""Everything an audit can ask: the clone and its remote, the mirror, the stores of artifacts."""

from collections.abc import Callable
from dataclasses import replace

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import FedfuseError, RemoteError
from fedfuse.flows.auditing.artifact_audit import recheck
from fedfuse.flows.auditing.audit import audit
from fedfuse.flows.checking.remote_side import ArtifactCheck
from fedfuse.model.audit import AuditReport, Unanswered
from fedfuse.model.finding import Finding

MirrorCheck = Callable[[], tuple[Finding, ...]]
"""Every way in which the mirror differs from git. Raises FedfuseError when it cannot say."""


def full_audit(
    repository: Repository,
    *,
    until: str,
    remote: Remote | None,
    mirror: MirrorCheck | None = None,
    artifacts: ArtifactCheck | None = None,
    replay: bool = False,
    quiet: bool = False,
) -> AuditReport:
    """Prove a clone, and ask whoever is named; who cannot answer hides nothing of the others.

    Writes nothing but the clone's own memory of what was proven. Raises GitError for a shallow
    clone and RegistryError for a broken registry.yaml: then nothing at all can be said.
    """
    report = _clone(repository, until, remote, replay=replay)
    if mirror:
        report = _with_mirror(report, mirror)
    if artifacts:
        report = recheck(report, repository, until=until, check=artifacts, quiet=quiet)
    return report


def _clone(
    repository: Repository, until: str, remote: Remote | None, *, replay: bool
) -> AuditReport:
    try:
        return audit(repository, until=until, remote=remote, replay=replay)
    except RemoteError as err:
        alone = audit(repository, until=until, remote=None, replay=replay)
        return _unanswered(alone, "remote", err)


def _with_mirror(report: AuditReport, mirror: MirrorCheck) -> AuditReport:
    try:
        return replace(report, findings=tuple(sorted((*report.findings, *mirror()))))
    except FedfuseError as err:  # also GitError: what a forged tag pins cannot be compared
        return _unanswered(report, "mirror", err)


def _unanswered(report: AuditReport, about: str, err: FedfuseError) -> AuditReport:
    mine = Unanswered(about, err.what, err.fix or "try again later")
    return replace(report, unanswered=(*report.unanswered, mine))
