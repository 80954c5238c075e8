"""Plays a scripted history in a real repository and tells what the engine made of it."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fedfuse.adapters.git.line import FirstParentLine
from fedfuse.adapters.git.repository import Commit, Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.engine.interface import Tree
from fedfuse.errors import RegistryError
from fedfuse.flows.history.ledger import Ledger
from fedfuse.flows.history.tags import TaggedReleases
from fedfuse.model.bundle import CARD, CHECKLIST
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.change import Change
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Judged, Judgement
from fedfuse.model.state import UnitState
from fedfuse.model.verdict import GateResult
from fedfuse.report.bundle_pages import checklist, model_card
from tests.golden.registry import NAME, Script, Step

_SHOWN = 8
"""Findings of one file that are listed; the rest are counted."""


def play(script: Script, root: Path) -> Mapping[str, bytes]:
    """What the engine made of a history: `judged.txt`, and the record of each release by tag.

    And the pages of the newest one, as mirrors are compared with them for ever.
    """
    commits = _import(script, root)
    with Repository(root) as repository:
        main = [sha for sha, step in zip(commits, script.steps, strict=True) if step.lands][-1]
        ledger = _Recording(
            repository, TaggedReleases.of(repository, NAME), FirstParentLine(repository, main)
        )
        landed = iter(repository.first_parent(after=None, until=main))
        lines: list[str] = []
        tip = ""
        for sha, step in zip(commits, script.steps, strict=True):
            if step.lands:
                tip = sha
                lines += _land(ledger, next(landed), step)
            else:
                lines += _propose(ledger, sha, step, tip)
    found = {f"{one.tag}.json": dumps_by_key(one.record) for one in ledger.computed}
    pages = {
        f"{one.tag}.{name}": render(one.record)
        for one in ledger.computed[-1:]
        for name, render in ((CARD, model_card), (CHECKLIST, checklist))
    }
    return {"judged.txt": "".join(f"{line}\n" for line in lines).encode(), **found, **pages}


@dataclass(slots=True)
class _Recording(Ledger):
    """A fold that keeps what it judged and what it said before."""

    judged: list[Judgement] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)

    def judge(
        self, changes: tuple[Change, ...], *, head: Tree, base: str, now: datetime
    ) -> Judgement:
        """Judge, and keep the judgement."""
        judgement = Ledger.judge(self, changes, head=head, base=base, now=now)
        self.judged.append(judgement)
        return judgement

    def news(self, facts: Iterable[tuple[str, str]]) -> Iterator[str]:
        """What is not as it was told before."""
        for name, value in facts:
            if self.told.get(name, "") != value:
                yield f"  {name}: {value or 'none'}"
            self.told[name] = value


def _land(ledger: _Recording, commit: Commit, step: Step) -> Iterator[str]:
    yield f"{commit.sha[:12]} {step.note}"
    ledger.judged.clear()
    ledger.advance(commit)
    for judgement in ledger.judged:
        yield from _judgement(judgement)
    for one in ledger.illegal:
        if one.commit == commit.sha:
            yield from (f"  illegal {f.code} {f.place}" for f in one.findings)
    if commit.sha in ledger.broken:
        yield "  broken policy"
    if commit.sha in ledger.withheld:
        yield "  set gate: no release"
    if ledger.computed and ledger.computed[-1].commit == commit.sha:
        yield f"  release {ledger.computed[-1].tag}"
    yield from ledger.news(_facts(ledger, commit))
    yield from ledger.news(_promotions(ledger, commit))


def _promotions(ledger: Ledger, commit: Commit) -> Iterator[tuple[str, str]]:
    """What an evaluator says of promoting each member; nothing in a registry without one."""
    released = ledger.state.release
    try:
        has_evaluator = ledger.snapshot(commit.sha).sealed_suite() is not None
    except RegistryError:
        return
    for unit, version in sorted(released.members.items()) if released and has_evaluator else ():
        ref = f"{unit}@v{version}"
        said = ledger.rules.sealed(
            ref,
            base=ledger.snapshot(commit.sha),
            state=ledger.state,
            production=ledger.production(commit.sha),
            now=commit.committed_at,
        )
        passed = f"{'passed' if said.passed else 'not passed'} {said.path}"
        beside = f", beside {said.serves} {said.serves_path}" if said.serves else ""
        results = "".join(f"\n    {_result(result)}" for result in said.results)
        yield f"promotion of {ref}", f"{passed}{beside}{results}"


def _propose(ledger: _Recording, sha: str, step: Step, tip: str) -> Iterator[str]:
    yield f"{sha[:12]} proposed: {step.note}"
    repository = ledger.repository
    changes = repository.changes(tip, sha)
    base = ledger.snapshot(tip)
    findings = ledger.rules.shape_findings(changes, newest=base.newest, names=base.tree.names)
    yield from (f"  illegal {f.code} {f.place}" for f in findings)
    if not findings:
        now = ledger.state.clock or repository.committed_at(tip)
        head = CommitTree(repository, sha)
        yield from _judgement(ledger.judge(changes, head=head, base=tip, now=now))


def _judgement(judgement: Judgement) -> Iterator[str]:
    for one in judgement.added:
        yield f"  {one.path} {_fate(one)}"
        yield from _findings(one.findings)
        yield from (f"    {_result(result)}" for result in one.results)


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    yield from (f"    {f.code} {f.place}" for f in findings[:_SHOWN])
    if len(findings) > _SHOWN:
        last = findings[-1]
        yield f"    and {len(findings) - _SHOWN} more, the last {last.code} {last.place}"


def _fate(one: Judged) -> str:
    if one.record is not None:
        return f"says {one.outcome.verdict.value}" if one.outcome else "says nothing"
    return "admitted" if one.admitted else "refused"


def _result(result: GateResult) -> str:
    numbers = {
        "observed": result.observed,
        "limit": result.limit,
        "baseline": result.baseline,
        "measured": result.measured,
    }
    shown = "".join(f" {name} {n:.6f}" for name, n in numbers.items() if n is not None)
    unit = f" {result.unit}" if result.unit else ""
    return f"{result.gate} {result.check} {result.verdict.value}{shown}{unit}"


def _facts(ledger: Ledger, commit: Commit) -> Iterator[tuple[str, str]]:
    state, rules = ledger.state, ledger.rules
    for name, unit in sorted(state.units.items()):
        yield name, _unit(unit)
    for name, known in sorted(state.admissions.items()):
        yield f"admitted of {name}", f"{known.text[::5]}, anchor {state.anchor(name)}"
    yield "yanked", " ".join(sorted(state.yanked))
    yield "revoked", " ".join(sorted(state.revoked))
    yield "waivers", " ".join(f"{w.gate}:{w.manifest_sha256[:8]}:{w.unit}" for w in state.waivers)
    late = state.clock and state.clock != commit.committed_at
    yield "clock", f"held at {state.clock}" if late else ""
    yield "missing roles", " ".join(ledger.missing_roles)
    if commit.sha in ledger.broken:
        return
    snapshot = ledger.snapshot(commit.sha)
    yield "waits", " ".join(wait.ref for wait in rules.compose(state, snapshot).waits)
    serving = ledger.serving(commit.sha)
    yield "production", serving.production
    yield "warm", " ".join(serving.warm)
    yield "stable", " ".join(serving.stable)
    yield "quarantined", " ".join(sorted(serving.quarantined))
    yield "holds", " ".join(map(str, sorted(serving.holds)))


def _unit(unit: UnitState) -> str:
    waiting = " ".join(f"v{w.version}({w.report})" for w in unit.waiting)
    return f"member {unit.member} covered by {unit.report or 'none'}, waiting {waiting or 'none'}"


def _import(script: Script, root: Path) -> list[str]:
    """Make the commits with one git process; returns their ids, in the order of the steps."""
    root.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    stream, tip = bytearray(), 0
    for mark, step in enumerate(script.steps, start=1):
        stream += _commit(step, mark, parent=tip)
        tip = mark if step.lands else tip
    subprocess.run(
        ["git", "fast-import", "--quiet", "--export-marks=.git/marks"],
        cwd=root,
        input=bytes(stream),
        check=True,
    )
    lines = (root / ".git/marks").read_text().splitlines()
    marks = {int(line.split()[0][1:]): line.split()[1] for line in lines}
    return [marks[n] for n in range(1, len(script.steps) + 1)]


def _commit(step: Step, mark: int, *, parent: int) -> bytes:
    note = step.note.encode()
    who = f"Golden <golden@example.org> {step.at} +0000"
    lines = [
        f"commit refs/heads/{'main' if step.lands else f'proposal-{mark}'}".encode(),
        f"mark :{mark}".encode(),
        f"committer {who}".encode(),
        b"data %d\n%s" % (len(note), note),
        *([f"from :{parent}".encode()] if parent else []),
    ]
    for path, data in sorted(step.files.items()):
        if data is None:
            lines.append(f"D {path}".encode())
        else:
            mode = step.modes.get(path, "100644")
            lines.append(f"M {mode} inline {path}".encode() + b"\ndata %d\n%s" % (len(data), data))
    return b"\n".join(lines) + b"\n\n"
