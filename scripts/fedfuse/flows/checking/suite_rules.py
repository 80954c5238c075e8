"""Judges suites of a tool change: those that it adds or publishes, and those that policy names."""

from collections.abc import Iterator

from fedfuse.engine.interface import Snapshot
from fedfuse.model.document import Document, Pointer
from fedfuse.model.finding import Finding
from fedfuse.model.registry import Registry
from fedfuse.model.suite import Suite


def gained(folder: str, base: Snapshot, merged: Snapshot) -> tuple[Finding, ...]:
    """What is wrong with a suite that gains files: it is new, or was sealed and is published now.

    A published suite holds exactly the items that were sealed: its suite.yaml, which evidence
    names and which never changes, has their digests.
    """
    before = base.suite_at(folder) if base.tree.digest(folder) else None
    after = merged.suite_at(folder)
    if isinstance(after, tuple):
        return after
    was_sealed = before is not None and not isinstance(before, tuple) and before.sealed
    new = {*merged.tree.names(folder)} - {*base.tree.names(folder)}
    if before is None or (was_sealed and new == {f"{part}.jsonl" for part in after.parts}):
        return ()
    what = "the suite is on main already and never gains files"
    fix = "add the items as the next version of the suite"
    return (Finding(folder, 0, 0, "E206", what, fix=fix),)


def named(document: Document, merged: Snapshot) -> Iterator[Finding]:
    """What is wrong with the suites that registry.yaml (`document`) names.

    Each has every part that a role of the registry is measured on. Providers measure on the
    canonical one, so they can read it. Nobody reads the evaluator's.
    """
    settings = merged.registry()
    suite = merged.suite_at(settings.suite_path)
    if isinstance(suite, tuple):
        yield from suite
    elif suite.sealed:
        what = f"{suite.label} is sealed, so no provider can measure on it"
        fix = "name a suite whose items are in the registry"
        yield document.finding("E468", ("suite", "name"), message=what, fix=fix)
    else:
        yield from _lacking(suite, document, "E468", ("suite", "name"), settings=settings)
    if settings.evaluator_path:
        yield from _evaluator(document, merged)


def _evaluator(document: Document, merged: Snapshot) -> Iterator[Finding]:
    settings = merged.registry()
    pointer = ("evaluator", "suite", "name")
    suite = merged.suite_at(settings.evaluator_path)
    if isinstance(suite, tuple):
        yield from suite
    elif not suite.sealed:
        what = f"{suite.label} is not sealed, so versions can be made to know its items"
        fix = "name a sealed suite; fedfuse eval seal makes one"
        yield document.finding("E467", pointer, message=what, fix=fix)
    else:
        yield from _lacking(suite, document, "E467", pointer, settings=settings)


def _lacking(
    suite: Suite, document: Document, code: str, pointer: Pointer, *, settings: Registry
) -> Iterator[Finding]:
    """The parts without which a role of the registry cannot be measured."""
    roles = {role.name: role for role in settings.units.values() if not role.is_report}
    for name, role in sorted(roles.items()):
        if missing := [part for part in role.parts if not suite.parts.get(part)]:
            what = f"{suite.label} has no {', '.join(missing)} items to measure role {name} by"
            fix = "name a suite of that kind with all parts"
            yield document.finding(code, pointer, message=what, fix=fix)
