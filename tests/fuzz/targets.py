"""What reads foreign input without a server, each with sound input to start from."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from fedfuse import engine
from fedfuse.adapters import sli_file
from fedfuse.adapters.formats import Formats
from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.node_folder import LOCK, NodeFolder
from fedfuse.engine.interface import Snapshot
from fedfuse.engine.v1.contract import compare
from fedfuse.flows.checking import event_rules, tool_rules
from fedfuse.flows.history import snapshots
from fedfuse.flows.node.pull import pull
from fedfuse.model.change import Change
from fedfuse.model.document import Document
from fedfuse.model.state import State
from tests.fuzz.memory_tree import MemoryTree
from tests.fuzz.mutation import broken
from tests.fuzz.registries import events, registry, shipments
from tests.support.bundles import bundle, channels, tag_of
from tests.support.pulls import Hostile

TOP = Path(__file__).parents[2]
NOW = datetime(2026, 10, 1, tzinfo=UTC)
_NONE = "0" * 40
Read = Callable[[random.Random, Path], object]
"""Reads one random input; the folder is for what it writes.

It may return anything and raise FedfuseError; all else is a bug of the tool.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader of foreign input."""

    share: int
    """Inputs of each 1,000 that it gets."""
    read: Read


def base() -> Snapshot:
    """The registry before the change."""
    return _base(engine.newest().NUMBER)


@cache
def _base(_: int) -> Snapshot:
    return snapshots.of(MemoryTree(registry()))


def yaml(draw: random.Random, _: Path) -> object:
    """Any YAML file of the registry, through the parser and every schema."""
    seeds = _documents()
    document = Formats().yaml(broken(draw.choice(seeds), seeds, draw), path="x.yaml")
    if isinstance(document, Document):
        for kind in ("manifest", "evaluation", "event", "registry", "suite"):
            base().validator(kind).findings(document)
    return document


@cache
def _documents() -> tuple[bytes, ...]:
    written = [
        path.read_bytes() for path in (TOP / "registry.yaml", TOP / "releases/checklist.yaml")
    ]
    changes = (data for files in shipments() for p, data in files.items() if p.endswith(".yaml"))
    return (*written, *events(), *changes, registry()["registry.yaml"])


def evidence(draw: random.Random, _: Path) -> object:
    """The evidence of a model."""
    seeds = tuple(d for files in shipments() for p, d in files.items() if p.endswith(".csv"))
    items = base().suite().items(("quality", "policy", "adversarial", "benign"))
    data = broken(draw.choice(seeds), seeds, draw)
    base().engine.leaks(data, "v1.evidence.csv")
    return base().engine.parse_evidence(data, path="v1.evidence.csv", items=items)


def shipment(draw: random.Random, _: Path) -> object:
    """A manifest or an Evaluation with its evidence, judged with all gates."""
    files = dict(draw.choice(shipments()))
    path = draw.choice(sorted(files))
    files[path] = broken(files[path], tuple(files.values()), draw)
    changes = tuple(Change("A", one, "000000", "100644", _NONE, "1" * 40) for one in files)
    head = MemoryTree({**registry(), **files})
    judged = base().engine.judge(
        changes, head=head, base=base(), state=State(), production={}, now=NOW
    )
    state = base().engine.admit(State(), judged, earlier=lambda _: (), shipped=base().manifest)
    return base().engine.compose(state, snapshots.of(head))


def policy(draw: random.Random, _: Path) -> object:
    """registry.yaml, and what composes by it."""
    name = "registry.yaml"
    head = MemoryTree({**registry(), name: broken(registry()[name], _documents(), draw)})
    if unknown := tool_rules.unknown_engine(head):
        return unknown
    snapshot = snapshots.of(head)
    found = snapshot.registry_findings() or tool_rules.policy_findings(snapshot)
    return found or snapshot.engine.compose(State(), snapshot)


def suite(draw: random.Random, _: Path) -> object:
    """A file of a suite."""
    folder = "schemas/suites/canonical/v1"
    files = {path: data for path, data in registry().items() if path.startswith(folder)}
    path = draw.choice(sorted(files))
    broke = broken(files[path], tuple(files.values()), draw)
    return snapshots.of(MemoryTree({**registry(), path: broke})).suite_at(folder)


def contract(draw: random.Random, _: Path) -> object:
    """Two contracts, each compared with the other."""
    seeds = tuple(path.read_bytes() for path in sorted(TOP.glob("schemas/contract/*/*.json")))
    pair = [load_json(broken(draw.choice(seeds), seeds, draw), path="v1.json") for _ in range(2)]
    old, new = (one.value if isinstance(one, Document) else {} for one in pair)
    return compare(old, new), compare(new, old)


def event(draw: random.Random, _: Path) -> object:
    """An event file."""
    path = "releases/events/0001.yaml"
    data = broken(draw.choice(events()), events(), draw)
    snapshot = snapshots.of(MemoryTree({**registry(), path: data}))
    event_rules.file_findings(snapshot, path)
    return snapshot.engine.serving(snapshot.engine.events(snapshot))


def counters(draw: random.Random, _: Path) -> object:
    """A file of SLO counters."""
    line = (
        b'{"at": "2026-11-24T03:07:45Z", "release": "acme-v1.2.0", "objective": "availability", '
        b'"instance": "node-1", "good": 611, "total": 617}\n'
    )
    return sli_file.parse(broken(line * draw.randint(1, 5), (line,), draw), path="x.jsonl")


def release(draw: random.Random, folder: Path) -> object:
    """A release of a Hub that lies, pulled."""
    made, files = bundle("1.0.0"), dict(bundle("1.0.0").files)
    path = draw.choice(sorted(files))
    files[path] = broken(files[path], tuple(files.values()), draw)
    standing = broken(_channels(), (_channels(),), draw)
    source = Hostile(files, standing, {made.tag: "c1", tag_of("1.1.0"): "c2"})
    what = draw.choice((made.tag, "candidate", "production"))
    return pull(source, what, to=folder / "node", link="current", quiet=True)


@cache
def _channels() -> bytes:
    return channels(3, "1.0.0", "1.0.0").located({tag_of("1.0.0"): "c1"}).render()


def lock(draw: random.Random, folder: Path) -> object:
    """What a node remembers, changed by somebody."""
    sound = b'{"channels":"aa","serial":3,"tags":{"acme-ai-federated-v1.0.0":"aa"}}\n'
    (folder / LOCK).write_bytes(broken(sound, (sound,), draw))
    return NodeFolder(folder).remembered()


TARGETS: Mapping[str, Target] = {
    "yaml": Target(350, yaml),
    "evidence": Target(150, evidence),
    "shipment": Target(60, shipment),
    "policy": Target(60, policy),
    "suite": Target(20, suite),
    "contract": Target(100, contract),
    "event": Target(60, event),
    "counters": Target(100, counters),
    "release": Target(30, release),
    "lock": Target(20, lock),
}
