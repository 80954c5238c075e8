"""Seals a suite: what the registry gets of it, and what maintainers keep."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fedfuse.adapters import files, yaml_strict
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import RefusedError
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.draft_tree import DraftTree
from fedfuse.model import yaml_text
from fedfuse.model.canonical import sha256
from fedfuse.model.change import KIB
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.suite import Suite

_HEADER = "# yaml-language-server: $schema=../../../suite.v1.schema.json\n"
_OUTLINE = "outline.jsonl"
_MAX_BYTES = 4096 * KIB
_SALT_BYTES = 16
"""What nobody can try out: else whoever has the generator finds the seed by the digests."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """A suite in two halves."""

    place: str
    """Folder of the suite in the registry."""
    public: Mapping[str, bytes]
    """What lies there until the suite retires, by path; suite.yaml last."""
    kept: Mapping[str, bytes]
    """Part files that nobody else may see, by name."""


def seal(root: Path, folder: Path) -> Sealing:
    """Seal the suite in a folder, which no registry has yet, for the registry at `root`.

    Every part file gets a salt, so that its digest tells nothing. Raises UsageError for a folder
    without a suite, RefusedError for a broken one.
    """
    about = yaml_strict.load(_read(folder, "suite.yaml"), path="suite.yaml")
    if not isinstance(about, Document):
        raise _refused(about)
    document = dict(about.value)
    try:
        place = f"schemas/suites/{document['name']}/v{document['version']}"
        names = {part: str(pin["file"]) for part, pin in document["parts"].items()}
    except (KeyError, TypeError, AttributeError) as err:
        what = f"{folder}/suite.yaml lacks name, version or parts"
        raise RefusedError(what, fix="compare it with schemas/suites/canonical/v1") from err
    if other := [name for part, name in names.items() if name != f"{part}.jsonl"]:
        what = f"{folder}/suite.yaml calls a part file {other[0]}"
        raise RefusedError(what, fix="call every part file PART.jsonl")
    given = {name: _read(folder, name) for name in ("suite.yaml", *names.values())}
    suite = _suite(root, place, given)
    kept = {name: _salted(given[name]) for name in names.values()}
    outline = "".join(_outline(suite)).encode()
    document.pop("generator", None)
    document["sealed"] = {"file": _OUTLINE, "sha256": sha256(outline)}
    document["parts"] = {
        part: {"file": name, "items": len(suite.parts[part]), "sha256": sha256(kept[name])}
        for part, name in names.items()
    }
    public = {
        f"{place}/{_OUTLINE}": outline,
        f"{place}/suite.yaml": (_HEADER + yaml_text.render(document)).encode(),
    }
    return Sealing(place, public, kept)


def write(root: Path, made: Sealing, to: Path) -> None:
    """Write the kept half into a new folder and the public one into the registry's work tree.

    Raises RefusedError where something is there already, FedfuseError when it cannot be written.
    """
    with files.new_folder(to) as draft:
        for name, data in made.kept.items():
            (draft / name).write_bytes(data)
    for path, data in made.public.items():
        files.write_new(root / path, data)


def _read(folder: Path, name: str) -> bytes:
    return files.read_named(folder / name, most=_MAX_BYTES + 1, fix="name the folder of a suite")


def _suite(root: Path, place: str, given: Mapping[str, bytes]) -> Suite:
    tree = WorkTree(root)
    if tree.digest(place):
        raise RefusedError(f"{place} exists already", fix="seal a suite with a version of its own")
    found = snapshots.of(
        DraftTree(tree, {f"{place}/{name}": data for name, data in given.items()})
    ).suite_at(place)
    if isinstance(found, Suite) and not found.sealed:
        return found
    raise _refused(found if isinstance(found, tuple) else ())


def _salted(data: bytes) -> bytes:
    """The same items; a salt is in the first, where scoring does not look."""
    first, _, rest = data.partition(b"\n")
    item: dict[str, Any] = json.loads(first)
    item["salt"] = secrets.token_hex(_SALT_BYTES)
    return json.dumps(item, ensure_ascii=False).encode() + b"\n" + rest


def _outline(suite: Suite) -> Iterator[str]:
    for items in suite.parts.values():
        for item in items:
            known = {"id": item.id, "part": item.part, "category": item.category}
            size = {"texts": item.texts, "size_bytes": item.size_bytes}
            line = {**known, "cluster": item.cluster, **size}
            yield json.dumps({**line, "critical": True} if item.critical else line) + "\n"


def _refused(findings: tuple[Finding, ...]) -> RefusedError:
    if not findings:
        return RefusedError("this suite is sealed already", fix="name the folder of a whole suite")
    first = findings[0]
    return RefusedError(f"{first.place}: {first.code} {first.message}", fix=first.fix)
