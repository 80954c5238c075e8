"""Judges an event change: its number, and whether the state it meets allows the transition."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fedfuse.engine.interface import Snapshot
from fedfuse.flows.checking import release_checklist
from fedfuse.flows.history import event_files, serving_history, windows
from fedfuse.flows.history.main_state import MainState
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.change import Change, data_file
from fedfuse.model.checklist import Status
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.redaction import redact
from fedfuse.model.release import moment
from fedfuse.model.serving import Event
from fedfuse.model.slo.activation import activation
from fedfuse.model.slo.breach import of_breach_key, recompute
from fedfuse.model.slo.objective import of_registry
from fedfuse.model.version import split_ref

_FRESH_SECONDS = 60 * 60
"""How old the counters of a breach may be: production has had an hour to recover by itself."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One valid event file, and main as it meets it."""

    event: Event
    document: Document
    main_state: MainState

    @property
    def holds(self) -> str:
        return ", ".join(f"{number:04}" for number in sorted(self.main_state.serving.holds))

    def wrong(
        self, code: str, field: str, message: str, *, fix: str, expected: str = "", found: str = ""
    ) -> Finding:
        return self.document.finding(
            code,
            (field,),
            message=message,
            expected=expected,
            found=found or str(self.document.value[field]),
            fix=fix,
        )


def findings(
    main_state: MainState, changes: tuple[Change, ...], *, merged: Snapshot
) -> tuple[Finding, ...]:
    """Everything wrong with the event a change adds; never raises for it.

    What needs more than main's history, as whether the mirror holds a promoted release, is not
    judged here. Raises RegistryError when registry.yaml names a time zone nobody knows.
    """
    found = [*_taken(main_state, changes)]
    for path in added(changes):
        found += file_findings(merged, path)
        document = merged.document(merged.tree.read(path) or b"", path, kind="event")
        event = event_files.read_event(merged, path)
        if event is not None and isinstance(document, Document):
            case = _Case(event, document, main_state)
            found += [*_succession(case), *RULES[event.kind](case)]
            found += _records(case, changes, merged)
    return tuple(sorted(set(found)))


def file_findings(snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
    """What makes a file no valid event, apart from the state it would change."""
    leaked = snapshot.engine.leaks(snapshot.tree.read(path) or b"", path)
    return redact((*leaked, *_invalid(snapshot, path)))


def _invalid(snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
    known, data = data_file(path), snapshot.tree.read(path) or b""
    document = snapshot.document(data, path, kind="event")
    if not isinstance(document, Document):
        return document
    number = known.version if known else 0
    if document.value["number"] == number:
        return ()
    wrong = document.finding(
        "E701",
        ("number",),
        message="the number is not the file's",
        expected=str(number),
        found=str(document.value["number"]),
        fix=f"write number: {number}",
    )
    return (wrong,)


def added(changes: tuple[Change, ...]) -> tuple[str, ...]:
    """The paths of the event files that a change adds."""
    known = (data_file(change.path) for change in changes if change.status == "A")
    return tuple(file.path for file in known if file is not None and file.kind == "event")


def _taken(main_state: MainState, changes: tuple[Change, ...]) -> Iterator[Finding]:
    """Event files of main that a change would put others in the place of."""
    following = event_files.next_number(main_state.base)
    for change in changes:
        known = data_file(change.path)
        if known and known.kind == "event" and change.status != "A":
            what = f"event {known.version:04} is on main already"
            expected, found = f"{following:04}", f"{known.version:04}"
            fix = f"fetch main, and add yours as releases/events/{following:04}.yaml"
            yield Finding(change.path, 0, 0, "E702", what, expected, found, fix)


def _succession(case: _Case) -> Iterator[Finding]:
    following = event_files.next_number(case.main_state.base)
    if case.event.number != following:
        what = f"the next event on main is {following:04}"
        fix = f"rename the file to {following:04}.yaml and write number: {following}"
        yield case.wrong("E702", "number", what, expected=str(following), fix=fix)


def _promote(case: _Case) -> Iterator[Finding]:
    tag, main_state = case.event.fields["release"], case.main_state
    if main_state.ledger.release(tag) is None:
        what, fix = f"there is no release {tag}", "fedfuse status lists the releases"
        yield case.wrong("E703", "release", what, fix=fix)
    elif tag in main_state.serving.quarantined:
        what, fix = f"{tag} was rolled back and stays quarantined", "promote a newer release"
        yield case.wrong("E704", "release", what, fix=fix)
    elif main_state.serving.holds:
        what = f"promotions are on hold by event {case.holds}"
        yield case.wrong("E705", "kind", what, fix=f"fedfuse lift {min(main_state.serving.holds)}")
    elif tag == main_state.serving.production:
        what, fix = f"{tag} is in production already", "promote another release"
        yield case.wrong("E704", "release", what, fix=fix)
    else:
        yield from _not_now(case)
        yield from _no_go(case)


def _not_now(case: _Case) -> Iterator[Finding]:
    registry = case.main_state.base.registry()
    if why := windows.closed(registry, case.main_state.now):
        expected = ", ".join(map(str, windows.promotion(registry)))
        fix = "run the check again in the window; fedfuse check --at TIME rehearses it"
        yield case.wrong("E712", "kind", why, expected=expected, fix=fix)


def _no_go(case: _Case) -> Iterator[Finding]:
    """What main's history alone says against the release."""
    broken = release_checklist.findings(case.main_state.base)
    yield from broken
    if broken:
        return
    tag = case.event.fields["release"]
    for one in release_checklist.judge(case.main_state, tag).blocking:
        if one.answer.status is Status.NO:
            found, fix = one.answer.evidence, one.answer.fix or f"fedfuse checklist {tag}"
            yield case.wrong("E713", "release", one.unmet, expected="GO", found=found, fix=fix)


def _rollback(case: _Case) -> Iterator[Finding]:
    yield from _breach(case)
    bad, target = case.event.fields["from"], case.event.fields["to"]
    serving, way_back = case.main_state.serving, case.main_state.way_back()
    production = serving.production or "nothing"
    if bad != production:
        what, fix = f"{bad} is not in production", "fedfuse status shows what is"
        yield case.wrong("E706", "from", what, expected=production, fix=fix)
    elif target not in serving.warm:
        warm = ", ".join(serving.warm) or "nothing"
        what, fix = f"{target} is not warm", "roll back to a warm release"
        yield case.wrong("E706", "to", what, expected=warm, fix=fix)
    elif target != way_back:
        what = (
            case.main_state.why_unhealthy(target)
            or f"{target} is not the newest healthy warm release"
        )
        fix = f"roll back to {way_back}" if way_back else "fedfuse hold, and ship what heals it"
        yield case.wrong("E714", "to", what, expected=way_back or "no release is healthy", fix=fix)


def _breach(case: _Case) -> Iterator[Finding]:
    """A rollback that claims a breach proves it: the decision follows from its counters again."""
    fields = case.event.fields
    if "breach_key" not in fields and "counters" not in fields:
        return
    named = of_breach_key(str(fields.get("breach_key", "")))
    number, name = named or (0, "")
    objectives = {one.name: one for one in of_registry(case.main_state.base.registry().slo)}
    counters = fields.get("counters", {})
    proven = name in objectives and recompute(counters, objectives[name])
    if not proven or not _is_about_now(case.main_state, number, counters):
        place = "breach_key" if "breach_key" in fields else "counters"
        what = "the counters do not prove a breach of what production promises"
        fix = "run `fedfuse slo check --open-pr`, or roll back by hand without them"
        yield case.wrong("E717", place, what, expected="a breach that recomputes", fix=fix)


def _is_about_now(main_state: MainState, number: int, counters: Mapping[str, int]) -> bool:
    """Whether counters were taken of what serves, since it does, and are still fresh.

    A clock before that of the counters says nothing: by default it is the date of main's tip.
    """
    turns = serving_history.of_ledger(main_state.ledger, main_state.commit).turns
    served = activation(turns, "", now=turns[-1].at) if turns else None
    if served is None or number != served.event:
        return False
    age = main_state.now.timestamp() - counters["at"]
    return counters["activated_at"] == int(served.at.timestamp()) and age <= _FRESH_SECONDS


def _hold(case: _Case) -> Iterator[Finding]:  # noqa: ARG001 - any hold is legal
    yield from ()


def _lift(case: _Case) -> Iterator[Finding]:
    held = case.event.fields["hold"]
    if held not in case.main_state.serving.holds:
        holds = case.main_state.serving.holds
        what = f"event {held:04} holds nothing back"
        fix = f"fedfuse lift {min(holds)}" if holds else "nothing is left to lift"
        yield case.wrong("E707", "hold", what, expected=case.holds, fix=fix)


def _yank(case: _Case) -> Iterator[Finding]:
    ref = case.event.fields["version"]
    if case.main_state.base.manifest(*split_ref(ref)) is None:
        what, fix = f"there is no {ref} on main", "name a version that is on main"
        yield case.wrong("E708", "version", what, fix=fix)
    elif case.main_state.ledger.state.unusable(ref):
        what, fix = f"{ref} is withdrawn already", "nothing is left to do"
        yield case.wrong("E708", "version", what, fix=fix)


def _waive(case: _Case) -> Iterator[Finding]:
    base, fields = case.main_state.base, case.event.fields
    if moment(fields["expires"]) <= case.main_state.now:
        what, fix = "the waiver has expired already", "set a later `expires`"
        yield case.wrong("E709", "expires", what, fix=fix)
    unit, digest = fields.get("unit", ""), fields["manifest_sha256"]
    if unit not in base.registry().units:
        field = "unit" if unit else "kind"
        what = f"registry.yaml lists no unit {unit}" if unit else "the waiver names no unit"
        fix = "write the unit of the manifest, as fedfuse waive --manifest FILE does"
        yield case.wrong("E711", field, what, expected="unit: PROVIDER/UNIT", fix=fix)
    for version in base.versions(unit):
        landed = f"manifests/{unit}/v{version}.yaml"
        if sha256(base.tree.read(landed) or b"") == digest:
            what = f"{landed} has landed already; a waiver comes before its manifest"
            yield case.wrong("E709", "manifest_sha256", what, fix="ship a next version")


def _records(case: _Case, changes: tuple[Change, ...], merged: Snapshot) -> Iterator[Finding]:
    promoted = case.event.fields["release"] if case.event.kind == "promote" else ""
    expected = f"releases/{promoted}.json" if promoted else ""
    paths = [c.path for c in changes if (f := data_file(c.path)) and f.kind == "record"]
    release = case.main_state.ledger.release(promoted) if promoted else None
    for path in paths:
        data = merged.tree.read(path)
        if path != expected or release is None or data != dumps_by_key(release.record):
            what = "this is not the record in the tag of the promoted release"
            fix = f"git cat-file tag {promoted}" if promoted else "remove the file"
            yield Finding(path, 0, 0, "E710", what, fix=fix)
    if release is not None and expected not in paths and not merged.tree.read(expected):
        what, fix = "a promotion adds the record of its release", f"fedfuse promote {promoted}"
        yield Finding(expected, 0, 0, "E710", what, fix=fix)


RULES: Mapping[str, Callable[[_Case], Iterator[Finding]]] = {
    "promote": _promote,
    "rollback": _rollback,
    "hold": _hold,
    "lift": _lift,
    "yank": _yank,
    "waive": _waive,
}
"""Name of a kind of event to what judges it, beside what holds for every event."""
