"""Judges an event change: its number, and whether the state it meets allows the transition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fedfuse.flows import event_files
from fedfuse.flows.ledger import Ledger
from fedfuse.flows.snapshot import Snapshot
from fedfuse.fusion.fold import split_ref
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.change import Change, data_file
from fedfuse.model.finding import Finding
from fedfuse.model.release import moment as moment_of
from fedfuse.model.serving import Event, Serving


@dataclass(frozen=True, slots=True)
class _Scene:
    """What an event is judged against."""

    ledger: Ledger
    base: Snapshot
    merged: Snapshot
    serving: Serving
    now: datetime


def findings(
    ledger: Ledger, changes: tuple[Change, ...], *, merged: Snapshot, base: str, moment: datetime
) -> tuple[Finding, ...]:
    """Everything wrong with the event a change adds; never raises for it."""
    known = (data_file(change.path) for change in changes if change.status == "A")
    added = [f for f in known if f is not None and f.kind == "event"]
    found: list[Finding] = []
    scene = _Scene(ledger, ledger.snapshot(base), merged, ledger.serving(base), moment)
    for file in added:
        found += event_files.findings(merged, file.path)
        event = event_files.read_event(merged, file.path)
        if event is not None:
            found += _succession(event, file.path, scene)
            found += _RULES[event.kind](event, file.path, scene)
            found += _records(event, changes, scene)
    return tuple(sorted(set(found)))


def _succession(event: Event, path: str, scene: _Scene) -> list[Finding]:
    known = (
        data_file(f"{event_files.FOLDER}/{n}") for n in scene.base.tree.names(event_files.FOLDER)
    )
    following = max((f.version for f in known if f is not None), default=0) + 1
    if event.number == following:
        return []
    what = f"the next event on main is {following:04}"
    fix = f"rename the file to {following:04}.yaml and write number: {following}"
    return [Finding(path, 0, 0, "E702", what, f"{following:04}", f"{event.number:04}", fix)]


def _promote(event: Event, path: str, scene: _Scene) -> list[Finding]:
    tag = event.fields["release"]
    if scene.ledger.release(tag) is None:
        what = f"there is no release {tag}"
        return [Finding(path, 0, 0, "E703", what, fix="fedfuse status lists the releases")]
    if tag in scene.serving.quarantined:
        what = f"{tag} was rolled back and stays quarantined"
        return [Finding(path, 0, 0, "E704", what, fix="promote a newer release")]
    if scene.serving.holds:
        held = ", ".join(f"{n:04}" for n in sorted(scene.serving.holds))
        what = f"promotions are on hold by event {held}"
        return [Finding(path, 0, 0, "E705", what, fix="lift the hold in an event of its own")]
    if tag == scene.serving.production:
        what = f"{tag} is in production already"
        return [Finding(path, 0, 0, "E704", what, fix="promote another release")]
    return []


def _rollback(event: Event, path: str, scene: _Scene) -> list[Finding]:
    bad, target = event.fields["from"], event.fields["to"]
    if bad != scene.serving.production:
        what = f"{bad} is not in production"
        return [Finding(path, 0, 0, "E706", what, scene.serving.production or "nothing", bad)]
    if target not in scene.serving.warm:
        what = f"{target} is not warm"
        warm = ", ".join(scene.serving.warm) or "nothing"
        return [Finding(path, 0, 0, "E706", what, warm, target, "roll back to a warm release")]
    return []


def _hold(event: Event, path: str, scene: _Scene) -> list[Finding]:  # noqa: ARG001 - any hold is legal
    return []


def _lift(event: Event, path: str, scene: _Scene) -> list[Finding]:
    held = event.fields["hold"]
    if held in scene.serving.holds:
        return []
    what = f"event {held:04} holds nothing back"
    holds = ", ".join(f"{n:04}" for n in sorted(scene.serving.holds)) or "no hold"
    return [Finding(path, 0, 0, "E707", what, holds, f"{held:04}")]


def _yank(event: Event, path: str, scene: _Scene) -> list[Finding]:
    ref = event.fields["version"]
    if scene.base.manifest(*split_ref(ref)) is None:
        what = f"there is no {ref} on main"
        return [Finding(path, 0, 0, "E708", what, fix="name a version that is on main")]
    if scene.ledger.state.unusable(ref):
        what = f"{ref} is withdrawn already"
        return [Finding(path, 0, 0, "E708", what, fix="nothing is left to do")]
    return []


def _waive(event: Event, path: str, scene: _Scene) -> list[Finding]:
    found = []
    if moment_of(event.fields["expires"]) <= scene.now:
        what = "the waiver has expired already"
        found.append(Finding(path, 0, 0, "E709", what, fix="set a later `expires`"))
    digest = event.fields["manifest_sha256"]
    for unit in scene.base.registry().units:
        for version in scene.base.versions(unit):
            landed = f"manifests/{unit}/v{version}.yaml"
            if sha256(scene.base.tree.read(landed) or b"") == digest:
                what = f"{landed} has landed already; a waiver comes before its manifest"
                found.append(Finding(path, 0, 0, "E709", what, fix="ship a next version"))
    return found


def _records(event: Event, changes: tuple[Change, ...], scene: _Scene) -> list[Finding]:
    promoted = event.fields.get("release", "") if event.kind == "promote" else ""
    expected = f"releases/{promoted}.json" if promoted else ""
    paths = [c.path for c in changes if (f := data_file(c.path)) and f.kind == "record"]
    release = scene.ledger.release(promoted) if promoted else None
    found = []
    for path in paths:
        data = scene.merged.tree.read(path)
        if path != expected or release is None or data != dumps_by_key(release.record):
            what = "this is not the record in the tag of the promoted release"
            fix = f"git cat-file tag {promoted}" if promoted else "remove the file"
            found.append(Finding(path, 0, 0, "E710", what, fix=fix))
    if expected and release is not None and expected not in paths:
        what = "a promotion adds the record of its release"
        found.append(Finding(expected, 0, 0, "E710", what, fix=f"add {expected} from the tag"))
    return found


_RULES: Mapping[str, Callable[[Event, str, _Scene], list[Finding]]] = {
    "promote": _promote,
    "rollback": _rollback,
    "hold": _hold,
    "lift": _lift,
    "yank": _yank,
    "waive": _waive,
}
