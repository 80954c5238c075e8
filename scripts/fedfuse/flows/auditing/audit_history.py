"""What main's history proves: add-only files stay, commits have a legal shape, events count up."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from fedfuse.adapters.git.repository import Commit
from fedfuse.engine.interface import Engine
from fedfuse.model.change import (
    BEYOND,
    BROKEN,
    MOST_ACCEPTED,
    MOST_CHANGES,
    Change,
    data_file,
    in_add_only_tree,
)
from fedfuse.model.finding import Finding

Rules = Callable[[str], Engine]
"""A commit, empty before the first, to the engine that judges what lands on it."""
Whole = Callable[[Commit], tuple[Change, ...]]
"""A commit to the first `MOST_ACCEPTED` changes that it makes."""
_CHANGES_FILES = frozenset({"E206", "E207"})


def history_findings(
    commits: Iterable[Commit],
    *,
    accepted: frozenset[str],
    last_event: int,
    rules: Rules,
    whole: Whole,
) -> tuple[Finding, ...]:
    """Everything wrong with a stretch of main, oldest commit first, whose start was right.

    An add-only file must hold what it was added with, whatever is `accepted`; a commit of no legal
    shape and an event out of turn are wrong until their commit is accepted. `rules` tells which
    engine judges on top of a commit, `whole` all that an accepted commit changes.
    """
    walk = _Walk(rules, whole, last_event)
    for commit in commits:
        walk.follow(commit, accepted)
    return tuple(walk.findings())


@dataclass(slots=True)
class _ChangedFile:
    """A file of an add-only tree that was not left alone."""

    commit: str
    """The first one that changed or removed it."""
    first: tuple[str, str]
    """Mode and blob it was added with."""
    now: tuple[str, str]


@dataclass(slots=True)
class _Walk:
    rules: Rules
    whole: Whole
    last_event: int
    changed: dict[str, _ChangedFile] = field(default_factory=dict)
    illegal: list[tuple[str, tuple[Finding, ...]]] = field(default_factory=list)
    others: list[Finding] = field(default_factory=list)

    def follow(self, commit: Commit, accepted: frozenset[str]) -> None:
        changes = self._all_changes(commit, is_accepted=commit.sha in accepted)
        for change in changes:
            if in_add_only_tree(change.path) and change.status != BROKEN:
                self._follow_file(change, commit.sha)
        for number in _added_events(changes):
            if number != self.last_event + 1 and commit.sha not in accepted:
                self.others.append(_out_of_turn(number, self.last_event + 1, commit.sha))
            self.last_event = max(self.last_event, number)
        if commit.changes and commit.sha not in accepted:
            found = self.rules(commit.parent).shape_findings(commit.changes)
            self.illegal.append((commit.sha, found))

    def _all_changes(self, commit: Commit, *, is_accepted: bool) -> tuple[Change, ...]:
        """What is not accepted yet is a finding already, and may be too much to read."""
        if not (is_accepted and _is_cut(commit.changes, MOST_CHANGES)):
            return commit.changes
        changes = self.whole(commit)
        if _is_cut(changes, MOST_ACCEPTED):
            self.others.append(_unreadable(commit.sha))
        return changes

    def findings(self) -> Iterator[Finding]:
        lost = {path: file for path, file in self.changed.items() if file.now != file.first}
        for path, file in lost.items():
            yield _lost(path, file)
        for sha, found in self.illegal:
            others = [f for f in found if f.path not in lost or f.code not in _CHANGES_FILES]
            if others:
                yield _illegal(sha, others)
        yield from self.others

    def _follow_file(self, change: Change, commit: str) -> None:
        now = change.new_mode, change.new_oid
        if change.path in self.changed:
            self.changed[change.path].now = now
        elif change.status != "A":
            first = change.old_mode, change.old_oid
            self.changed[change.path] = _ChangedFile(commit, first, now)


def _is_cut(changes: tuple[Change, ...], most: int) -> bool:
    return len(changes) == most or any(c.flaw.endswith(BEYOND) for c in changes)


def _added_events(changes: tuple[Change, ...]) -> list[int]:
    known = (data_file(change.path) for change in changes if change.status == "A")
    return [file.version for file in known if file is not None and file.kind == "event"]


def _out_of_turn(number: int, expected: int, commit: str) -> Finding:
    return Finding(
        f"releases/events/{number:04}.yaml",
        0,
        0,
        "E811",
        f"commit {commit[:12]} landed this event out of turn",
        expected=f"{expected:04}",
        found=f"{number:04}",
        fix=accept(commit),
    )


def _illegal(commit: str, found: list[Finding]) -> Finding:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    what = f"commit {commit[:12]} has no legal shape and admits nothing: {found[0].message}{more}"
    return Finding(found[0].path or commit, 0, 0, "E807", what, fix=accept(commit))


def _unreadable(commit: str) -> Finding:
    what = f"commit {commit[:12]} changes too much to be read: at most {MOST_ACCEPTED:,} files"
    fix = "move main back to before it; listing it under audit.accepted does not help"
    return Finding(commit, 0, 0, "E807", what, fix=fix)


def _lost(path: str, file: _ChangedFile) -> Finding:
    (_, first), (mode, now) = file.first, file.now
    is_there = int(mode, 8) > 0
    return Finding(
        path,
        0,
        0,
        "E806",
        f"commit {file.commit[:12]} {'changed' if is_there else 'removed'} this add-only file",
        expected=f"blob {first}",
        found=f"blob {now}, mode {mode}" if is_there else "no file",
        fix=f"git cat-file blob {first} > {path}, then list both commits under audit.accepted",
    )


def accept(commit: str) -> str:
    """The fix for what main cannot take back."""
    return f"when people have looked at it: list {commit} under audit.accepted in registry.yaml"
