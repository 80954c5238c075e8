"""Judges a tool change: what it makes of policy, schemas and data must still hold."""

import json
import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

from fedfuse import engine
from fedfuse.adapters import schemas
from fedfuse.adapters.formats import Formats
from fedfuse.adapters.limited import MEMORY, CostlyError, limited
from fedfuse.engine.interface import Snapshot, Tree
from fedfuse.flows.checking import lock_rules, release_checklist, schema_references, suite_rules
from fedfuse.flows.history import event_files, snapshots, windows
from fedfuse.model.change import Change, DataFile, data_file
from fedfuse.model.document import Document
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.slo.objective import LOWEST_TARGET, PAIRS, limit, of_registry

CPU_SECONDS = 8
"""What judging the schemas, suites, contracts and policy of a change may take."""
_DOCUMENTS_A_SECOND = 200
"""Documents of main that a changed schema may judge again in each further second."""


def findings(base: Snapshot, merged: Snapshot, changes: tuple[Change, ...]) -> tuple[Finding, ...]:
    """Everything that would be broken on main after merging a tool change, sorted by place.

    Schemas and policy of the change are read as data; its code is never run. Files that the
    base admits are validated again only when their schema changes. What costs more than
    `CPU_SECONDS` and `limited.MEMORY` is refused as too costly: a schema can be written so that
    it judges a small document for years.
    """
    changed = {change.path for change in changes}
    again = [kind for kind in _ADD_ONLY if _schema(kind) in changed]
    documents = sum(1 for kind in again for _ in _ADD_ONLY[kind](base))
    allowed = CPU_SECONDS + documents // _DOCUMENTS_A_SECOND
    try:
        return limited(lambda: _findings(base, merged, changes), cpu_seconds=allowed)
    except CostlyError:
        return (_too_costly(changed, allowed),)


def _too_costly(changed: set[str], cpu_seconds: int) -> Finding:
    judged = sorted(path for path in changed if path.startswith("schemas/"))
    path = judged[0] if judged else REGISTRY_PATH
    what = "judging the schemas, suites and policy of this change costs too much"
    limit = f"at most {cpu_seconds} s of CPU and {MEMORY // 2**20} MB"
    fix = "write patterns that do not backtrack and definitions that do not multiply"
    return Finding(path, 0, 0, "E360", what, limit, fix=fix)


def _findings(base: Snapshot, merged: Snapshot, changes: tuple[Change, ...]) -> tuple[Finding, ...]:
    found = _schema_findings(changes, merged)
    if found:
        return tuple(sorted(found))
    found += merged.registry_findings()
    if not found:
        found += policy_findings(merged)
        if base.registry().slo != merged.registry().slo:  # an older target is not held against them
            found += target_findings(merged)
        lowered = lowered_engine(base, merged)
        found += [lowered] if lowered else []
    known = [data_file(c.path) for c in changes if c.status == "A"]
    added = [f for f in known if f is not None]
    contracts = [one for one in added if one.kind == "contract"]
    found += [f for one in contracts for f in contract_findings(one, merged)]
    suites = {f.path.rpartition("/")[0] for f in added if f.kind == "suite"}
    found += [f for folder in sorted(suites) for f in suite_rules.gained(folder, base, merged)]
    found += [
        f
        for n in sorted({f.version for f in added if f.kind == "router"})
        for f in _router(n, merged)
    ]
    changed = {change.path for change in changes}
    if changed & {release_checklist.PATH, _schema("checklist")}:
        found += release_checklist.findings(merged)
    for kind, paths in _ADD_ONLY.items():
        if _schema(kind) in changed:
            found += _refused_now(paths(base), kind, base, merged)
    return tuple(sorted(set(found)))


def _schema_findings(changes: tuple[Change, ...], merged: Snapshot) -> list[Finding]:
    found: list[Finding] = []
    for change in changes:
        path = change.path
        if not (path.startswith("schemas/") and path.endswith(".schema.json")):
            continue
        document = schemas.load_json(merged.tree.read(path) or b"", path=path)
        if isinstance(document, Document):
            found += schemas.problems(document) or schema_references.findings(document)
        else:
            found += document
    return found


def unknown_engine(tree: Tree) -> Finding | None:
    """What to say of a registry.yaml that names an engine which this tool does not have."""
    number = snapshots.engine_number(tree, {})
    if number is None or number in engine.ENGINES:
        return None
    document = Formats().yaml(tree.read(REGISTRY_PATH) or b"", path=REGISTRY_PATH)
    line, column = document.mark(("engine",)) if isinstance(document, Document) else (0, 0)
    return Finding(
        REGISTRY_PATH,
        line,
        column,
        "E351",
        f"engine {number} is unknown: {engine.known()}",
        expected=", ".join(map(str, sorted(engine.ENGINES))),
        found=str(number),
        fix="first land the tool that has this engine: fedfuse upgrade",
    )


def lowered_engine(base: Snapshot, merged: Snapshot) -> Finding | None:
    """What to say of a change back to an older engine, which may not know what is on main."""
    before, after = base.registry().engine, merged.registry().engine
    if after >= before:
        return None
    what = f"the engine never goes back: main is judged by engine {before}"
    fix = f"write engine: {before}"
    return Finding(REGISTRY_PATH, 0, 0, "E351", what, str(before), found=str(after), fix=fix)


def policy_findings(merged: Snapshot) -> list[Finding]:
    """What a schema-valid registry.yaml says that cannot hold: engine, tool, contracts, suite."""
    registry = merged.registry()
    found: list[Finding] = []
    data = merged.tree.read(REGISTRY_PATH) or b""
    document = Formats().yaml(data, path=REGISTRY_PATH)
    if not isinstance(document, Document):
        return list(document)
    found += windows.zone_findings(document)
    for name, route in registry.fusion.routes.items():
        if route.role and merged.contract(route.role, route.contract) is None:
            found.append(
                document.finding(
                    "E352",
                    ("fusion", "routes", name, "contract"),
                    message=f"there is no contract v{route.contract} for role {route.role}",
                    expected=f"schemas/contract/{route.role}/v{route.contract}.json",
                    fix="add the contract, or route to a version that exists",
                )
            )
    found += lock_rules.findings(merged)
    return [*found, *suite_rules.named(document, merged)]


def target_findings(snapshot: Snapshot) -> list[Finding]:
    """Every objective whose target is so low that hardly anything is a breach.

    It decides about no commit of main: what a registry has stays valid until somebody changes it.
    """
    document = Formats().yaml(snapshot.tree.read(REGISTRY_PATH) or b"", path=REGISTRY_PATH)
    if not isinstance(document, Document):
        return list(document)
    objectives = of_registry(snapshot.registry().slo)
    most = {one.name: float(max(limit(one, pair) for pair in PAIRS)) for one in objectives}
    return [
        document.finding(
            "E719",
            ("slo", one.name, "target"),
            message=f"{one.name} would be in breach only with {most[one.name]:.0%} errors",
            expected=f"at least {math.ceil(LOWEST_TARGET * 10_000) / 10_000}",
            found=str(one.target),
            fix="raise the target; if it cannot be kept, relax the bound that a good request is "
            "within",
        )
        for one in objectives
        if Fraction(repr(one.target)) < LOWEST_TARGET
    ]


def contract_findings(added: DataFile, snapshot: Snapshot) -> list[Finding]:
    """Everything wrong with one contract file of a registry."""
    document = schemas.load_json(snapshot.tree.read(added.path) or b"", path=added.path)
    if not isinstance(document, Document):
        return list(document)
    found = list(snapshot.validator("contract").findings(document))
    found += [
        document.finding(
            "E353",
            (key,),
            message=f"{key} does not agree with where the file lies",
            expected=str(value),
            found=quoted(document.value.get(key)),
            fix=f"write {json.dumps(key)}: {json.dumps(value)}, or move the file",
        )
        for key, value in (("role", added.unit), ("version", added.version))
        if document.value.get(key) != value
    ]
    if added.version > 1 and snapshot.contract(added.unit, added.version - 1) is None:
        found.append(
            document.finding(
                "E353",
                ("version",),
                message=f"there is no contract v{added.version - 1} for role {added.unit}",
                expected=f"schemas/contract/{added.unit}/v{added.version - 1}.json",
                found=f"v{added.version}",
                fix="number contracts without gap",
            )
        )
    return found


def _router(version: int, merged: Snapshot) -> tuple[Finding, ...]:
    found = merged.router(version)
    return found if isinstance(found, tuple) else ()


def _manifests(base: Snapshot) -> Iterator[str]:
    for unit in sorted(base.registry().units):
        yield from (f"manifests/{unit}/v{version}.yaml" for version in base.versions(unit))


def _evaluations(base: Snapshot) -> Iterator[str]:
    for by in (REGISTRY, *base.registry().providers):
        folder = f"manifests/{by}/evaluations"
        yield from (f"{folder}/{name}" for name in base.tree.names(folder))


def _events(base: Snapshot) -> Iterator[str]:
    yield from (f"{event_files.FOLDER}/{name}" for name in base.tree.names(event_files.FOLDER))


_ADD_ONLY = {"manifest": _manifests, "evaluation": _evaluations, "event": _events}
"""Kind of a document that stays on main for ever, to where those of main are."""


def _schema(kind: str) -> str:
    return f"schemas/{kind}.v1.schema.json"


def _refused_now(
    paths: Iterable[str], kind: str, base: Snapshot, merged: Snapshot
) -> Iterator[Finding]:
    """What the merged schema refuses of the files that count on main, each by its first problem."""
    for path in paths:
        known, data = data_file(path), base.tree.read(path) or b""
        if known is None or known.kind != kind:
            continue
        document = merged.document(data, path, kind=kind)
        if isinstance(document, Document):
            continue
        if not isinstance(base.document(data, path, kind=kind), Document):
            continue  # refused on main already
        what = f"the new schema refuses this {kind} of main: {document[0].message}"
        fix = "keep the schema open to what is on main, or write a v2 schema"
        yield Finding(path, document[0].line, document[0].column, "E354", what, fix=fix)
