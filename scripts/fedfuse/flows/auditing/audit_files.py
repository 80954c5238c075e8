"""What main's files prove: unchanged since they were added, and still valid when admitted."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fedfuse import engine
from fedfuse.adapters.clone_memory import AuditMemory, Proven
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.engine.interface import Engine, Snapshot
from fedfuse.flows.auditing.audit_history import history_findings
from fedfuse.flows.history import event_files, snapshots
from fedfuse.flows.history.snapshots import Cache
from fedfuse.model.change import MOST_ACCEPTED, data_file
from fedfuse.model.document import Document
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.finding import Finding

_SCHEMAS = ("schemas/manifest.v1.schema.json", "schemas/evaluation.v1.schema.json")


@dataclass(frozen=True, slots=True)
class _Landed:
    """A manifest or an Evaluation on main."""

    ref: str
    """Of an Evaluation its path."""
    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class FileAudit:
    """The files of a registry at one commit of main."""

    repository: Repository
    snapshot: Snapshot
    tip: str
    admitted: frozenset[str]
    """Refs of the manifests that history admitted, and paths of its valid Evaluations."""
    cache: Cache = field(default_factory=dict)
    """What was read of other commits, by content."""

    @property
    def refused(self) -> tuple[str, ...]:
        """Manifests (by ref) and Evaluations (by path) that are on main, but were not admitted."""
        return tuple(one.ref for one in self._landed() if one.ref not in self.admitted)

    def prove(self, line: frozenset[str], *, anew: bool) -> tuple[Finding, ...]:
        """What is wrong with main's history and with admitted manifests.

        What an earlier audit of this clone proved is proven again only when asked to prove `anew`.
        """
        memory = AuditMemory(self.repository.git_dir)
        schema = " ".join(map(self.snapshot.tree.digest, _SCHEMAS))
        known = Proven() if anew else memory.recall(schema)
        accepted = frozenset(self.snapshot.registry().accepted_commits)
        start = known.commit if known.commit in line and known.accepted <= accepted else ""
        history = history_findings(
            self.repository.first_parent(after=start or None, until=self.tip),
            accepted=accepted,
            last_event=event_files.next_number(self._at(start)) - 1 if start else 0,
            rules=self._rules,
            whole=lambda one: self.repository.changes(one.parent, one.sha, most=MOST_ACCEPTED),
        )
        landed = [one for one in self._landed() if one.ref in self.admitted]
        doubtful = {one.blob: one.path for one in landed if one.blob not in known.valid}
        invalid = {b: found for b, path in doubtful.items() if (found := self._invalid(path, b))}
        valid = frozenset(one.blob for one in landed) - invalid.keys()
        memory.keep(Proven("" if history else self.tip, accepted, valid), schema)
        return (*history, *(finding for found in invalid.values() for finding in found))

    def _rules(self, commit: str) -> Engine:
        return self._at(commit).engine if commit else engine.oldest()

    def _at(self, commit: str) -> Snapshot:
        return snapshots.of(CommitTree(self.repository, commit), self.cache)

    def _landed(self) -> Iterator[_Landed]:
        for unit in sorted(self.snapshot.registry().units):
            folder = f"manifests/{unit}"
            entries = self.repository.entries_at(self.tip, folder)
            files = ((data_file(f"{folder}/{entry.name}"), entry.oid) for entry in entries)
            found = [(f.version, f.path, oid) for f, oid in files if f and f.kind == "manifest"]
            for version, path, oid in sorted(found):
                yield _Landed(f"{unit}@v{version}", path, oid)
        for by in (REGISTRY, *sorted(self.snapshot.registry().providers)):
            folder = f"manifests/{by}/evaluations"
            for entry in self.repository.entries_at(self.tip, folder):
                file = data_file(f"{folder}/{entry.name}")
                if file and file.kind == "evaluation":
                    yield _Landed(file.path, file.path, entry.oid)

    def _invalid(self, path: str, blob: str) -> tuple[Finding, ...]:
        place, data = data_file(path), self.repository.objects.bodies((blob,)).get(blob, b"")
        read = self.snapshot.document(data, path, kind=place.kind if place else "manifest")
        return () if isinstance(read, Document) else tuple(_invalid_now(f) for f in read)


def _invalid_now(found: Finding) -> Finding:
    fix = "make the schema on main accept it again: what was admitted never changes"
    return Finding(
        found.path,
        found.line,
        found.column,
        "E812",
        f"an admitted file is invalid now: {found.code} {found.message}",
        expected=found.expected,
        found=found.found,
        fix=fix,
    )
