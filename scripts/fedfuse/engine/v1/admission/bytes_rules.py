"""Bytes ship once: what an artifact repeats of earlier shipments, and of its own change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fedfuse.engine.interface import Snapshot
from fedfuse.engine.v1.artifact_bytes import holds, parts, whole
from fedfuse.model.admissions import EXPERIMENT, mark
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.state import State
from fedfuse.model.version import split_ref


@dataclass(frozen=True, slots=True)
class Before:
    """What was shipped before a manifest."""

    base: Snapshot
    state: State
    beside: tuple[Manifest, ...]
    """Manifests of the same change that are judged earlier, without findings."""

    def findings(self, document: Document, shipped: Manifest) -> list[Finding]:
        """What a manifest ships that was withdrawn or shipped already; never raises for it.

        On main only what was admitted counts: the bytes of a refused manifest may come again.
        """
        same = [one for one in self._suspects(shipped) if holds(shipped.artifact, one.artifact)]
        if gone := [one for one in same if self.state.binds(one.ref, shipped.unit)]:
            return [_withdrawn(document, gone[0])]
        if twin := next((one for one in same if self._repeats(shipped, one)), None):
            return [_again(document, twin)]
        if taken := _foreign(shipped, same):
            return [_taken(document, taken[0])]
        twins = [one for one in self.beside if whole(one.artifact) == whole(shipped.artifact)]
        beside = [one for one in self.beside if holds(shipped.artifact, one.artifact)]
        return [_twice(document, twin) for twin in (*twins, *_foreign(shipped, beside))][:1]

    def _repeats(self, shipped: Manifest, earlier: Manifest) -> bool:
        """A judged experiment of the unit may be released; nothing else ships twice."""
        if whole(earlier.artifact) != whole(shipped.artifact):
            return False
        was = self.state.admissions[earlier.unit].kind(earlier.version)
        is_experiment = earlier.unit == shipped.unit and was == EXPERIMENT
        return not (is_experiment and shipped.track == "release")

    def _suspects(self, shipped: Manifest) -> Iterator[Manifest]:
        """Manifests on main whose bytes may be the same: a mark tells nearly always."""
        marks = frozenset(map(mark, parts(shipped.artifact)))
        for unit, admissions in self.state.admissions.items():
            yield from self._read(unit, sorted({*admissions.marked(marks)}, reverse=True))
        for ref in self._withdrawn_before_admitted():
            unit, version = split_ref(ref)
            yield from self._read(unit, (version,))

    def _withdrawn_before_admitted(self) -> Iterator[str]:
        """Refused versions that were yanked or revoked as well."""
        for ref in sorted(self.state.yanked | self.state.revoked):
            if not self.state.is_admitted(ref):
                yield ref

    def _read(self, unit: str, versions: Iterable[int]) -> Iterator[Manifest]:
        found = (self.base.manifest(unit, version) for version in versions)
        return (one for one in found if one and one.unit == unit)


def _foreign(shipped: Manifest, same: Sequence[Manifest]) -> list[Manifest]:
    """What another provider shipped of the same bytes, without what its provider has already.

    So nobody keeps a provider from its own weights by shipping one shard of them.
    """
    own = [one.artifact for one in same if one.provider == shipped.provider]
    foreign = [one for one in same if one.provider != shipped.provider]
    return [f for f in foreign if not any(holds(mine, f.artifact) for mine in own)]


def _finding(document: Document, code: str, message: str, fix: str) -> Finding:
    return document.finding(code, ("artifact", "files"), message=message, fix=fix)


def _withdrawn(document: Document, earlier: Manifest) -> Finding:
    what = f"{earlier.ref} had these bytes, and it was yanked or revoked for good"
    return _finding(document, "E431", what, "train a next artifact and ship that")


def _again(document: Document, earlier: Manifest) -> Finding:
    what = f"this artifact is on main already: {earlier.ref} shipped it"
    return _finding(document, "E432", what, "ship an artifact of this version's own")


def _taken(document: Document, earlier: Manifest) -> Finding:
    what = f"this artifact holds the weights of another provider: {earlier.ref} shipped them"
    return _finding(document, "E432", what, "ship weights of your own provider")


def _twice(document: Document, other: Manifest) -> Finding:
    what = f"{other.path} of the same change ships this artifact too"
    return _finding(document, "E433", what, "keep one of the two manifests")
