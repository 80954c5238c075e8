"""Whether the timings of evidence were made from those of another run."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from fedfuse.engine.interface import Snapshot, Tree
from fedfuse.engine.v1.admission.other_runs import Run
from fedfuse.engine.v1.stats.copies import Copy, Suspect, Timings, timings
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding

_KEPT = 256
"""Runs whose timings are kept: some 15 MB of the largest files."""


def findings(
    document: Document, data: bytes, key: str, *, near: Iterable[Run], head: Tree, base: Snapshot
) -> list[Finding]:
    """At most one: the first run that the timings of an evidence file were made from.

    `key` is the file's digest in `head`. `near` are the runs to compare it with, each on `base` or
    in `head`. Never raises.
    """
    own, beside = _timings(key, lambda: data, base)
    suspects = [
        Suspect.of(column, seed=int(sha256(data), 16)) for column in (own, beside) if column
    ]
    found = next(_copies(suspects, beside, near, head=head, base=base), None)
    if found is None:
        return []
    what, copy = found
    return [
        document.finding(
            "E426",
            ("evaluation", "evidence", "sha256"),
            message=f"{copy.share:.0%} of the timings are those of {what}{copy.how}",
            fix="measure this artifact with `fedfuse eval run`, and ship what it writes",
        )
    ]


def _copies(
    suspects: list[Suspect], beside: Timings, near: Iterable[Run], *, head: Tree, base: Snapshot
) -> Iterator[tuple[str, Copy]]:
    if suspects and (copy := suspects[0].copy_of(beside)):
        yield "the baseline beside them", copy
    for run in near:
        tree = base.tree if base.tree.digest(run.evidence) else head
        columns = _timings(tree.digest(run.evidence), partial(tree.read, run.evidence), base)
        for suspect in suspects:
            for column in columns:
                if copy := suspect.copy_of(column):
                    yield run.what, copy


def _timings(key: str, read: Callable[[], bytes | None], base: Snapshot) -> tuple[Timings, Timings]:
    """The timings in a file, read once while it is among the last that were asked for."""
    kept: dict[str, tuple[Timings, Timings]] = base.cache.setdefault(("timings", ""), {})
    found = kept.pop(key, None) or timings(read() or b"")
    kept[key] = found
    if len(kept) > _KEPT:
        del kept[next(iter(kept))]
    return found
