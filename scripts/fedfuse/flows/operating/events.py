"""Drafts events: the file, what else its pull request needs, and what `check` will say of them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fedfuse.adapters import files
from fedfuse.errors import RefusedError
from fedfuse.flows.checking import event_rules, release_checklist
from fedfuse.flows.checking.remote_side import PromotionCheck
from fedfuse.flows.history import event_files, snapshots
from fedfuse.flows.history.draft_tree import DraftTree
from fedfuse.flows.history.main_state import MainState
from fedfuse.model import version
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.change import ABSENT, PLAIN, Change
from fedfuse.model.checklist import Checklist
from fedfuse.model.document import Document
from fedfuse.model.event_kinds import KINDS
from fedfuse.model.finding import Finding
from fedfuse.model.release import object_id
from fedfuse.model.yaml_text import Value, render

BRANCHES = "fedfuse/"
"""Begins the name of every branch that fedfuse pushes."""
_NOT_PLAIN = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that would be written, judged as `check` will."""

    number: int
    kind: str
    subject: str
    """What it is about: a release, a version, a unit, a hold."""
    files: Mapping[str, bytes]
    """The event first; a promotion adds the record of its release."""
    findings: tuple[Finding, ...]
    about: str = ""
    """What makes it the same wish as another, whatever its number and reason."""
    checklist: Checklist | None = None
    """Of the promoted release, with what lies outside git; None when that was not asked."""
    warning: str = ""
    """What whoever asked for it may not have meant, though nothing refuses it."""

    @property
    def path(self) -> str:
        """Where the event lies."""
        return event_files.path_of(self.number)

    @property
    def branch(self) -> str:
        """The branch of its pull request: the same for the same wish, whatever its number."""
        return f"{BRANCHES}{self.kind}-{_NOT_PLAIN.sub('-', self.about.lower())}"

    @property
    def title(self) -> str:
        """The subject line of its commit."""
        return f"releases: {self.kind} {self.subject} (event {self.number:04})"

    @property
    def exit_code(self) -> int:
        """0 when it may be opened, 1 when it is refused, 3 when something could not be asked."""
        if self.findings:
            return 1
        return self.checklist.exit_code if self.checklist else 0


def draft(
    main_state: MainState,
    fields: Mapping[str, Value],
    *,
    promotion_check: PromotionCheck | None = None,
) -> Draft:
    """The next event of main with these fields (`kind` among them), and all that refuses it.

    The rules are those of `check`. Raises RegistryError when main itself is broken.
    """
    number, kind = event_files.next_number(main_state.base), str(fields["kind"])
    document = {"apiVersion": "fedfuse/v1", "kind": kind, "number": number, **fields}
    made = {event_files.path_of(number): render(document).encode()}
    release = main_state.ledger.release(str(fields["release"])) if kind == "promote" else None
    path = f"releases/{release.tag}.json" if release else ""
    if release and not main_state.base.tree.read(path):
        made[path] = dumps_by_key(release.record)
    merged = snapshots.of(DraftTree(main_state.base.tree, made), main_state.ledger.cache)
    found = event_rules.findings(main_state, tuple(_changes(made)), merged=merged)
    warning = _goes_back(main_state, release.tag) if release else ""
    drafted = Draft(number, kind, _subject(fields), made, found, about(fields), warning=warning)
    if release is None or promotion_check is None or found:
        return drafted
    judged = promotion_check(main_state, release.tag)
    outside = release_checklist.outside_of(judged, drafted.path)
    return replace(drafted, checklist=judged, findings=outside.findings)


def _goes_back(main_state: MainState, tag: str) -> str:
    """A warning for a promotion to a release before what serves; empty for any other."""
    name, production = main_state.base.registry().release_name, main_state.serving.production
    promoted, serves = version.of_tag(tag, name), version.of_tag(production, name)
    if promoted is None or serves is None or promoted >= serves:
        return ""
    return (
        f"{tag} is older than {production}, which serves; "
        "fedfuse rollback goes back too, quarantines what serves and holds promotions"
    )


def _subject(fields: Mapping[str, Value]) -> str:
    return KINDS[str(fields["kind"])].subject.format_map(defaultdict(str, fields))


def about(fields: Mapping[str, Value]) -> str:
    """What an event wants; two that want the same differ in number and reason alone.

    No two kinds want the same. A rollback that a breach asks for is that breach.
    """
    kind = KINDS[str(fields["kind"])]
    return str(fields.get("breach_key", "")) or (kind.wish or kind.subject).format_map(
        defaultdict(str, fields)  # another's event may lack what is optional
    )


def fields_of(
    kind: str, main_state: MainState, words: Mapping[str, Any]
) -> Mapping[str, Value] | tuple[Finding, ...]:
    """The fields of an event from the words of its command, or what is wrong with what they name.

    A word is the field of its name, but for what follows from main or from a file. Raises
    RefusedError where main allows no such event, UsageError for a file that is not there.
    """
    following = _FOLLOWING[kind](main_state, words) if kind in _FOLLOWING else words
    return following if isinstance(following, tuple) else {"kind": kind, **following}


def _rollback(main_state: MainState, words: Mapping[str, Any]) -> Mapping[str, Value]:
    """From what serves; without a target to the newest healthy release."""
    if not main_state.serving.production:
        raise RefusedError("nothing is in production", fix="fedfuse status")
    target = words["to"] or main_state.way_back()
    if not target:
        raise RefusedError("no warm release is healthy", fix="fedfuse hold --reason WHY")
    return {"from": main_state.serving.production, "to": target, "reason": words["reason"]}


def _waive(
    main_state: MainState, words: Mapping[str, Any]
) -> Mapping[str, Value] | tuple[Finding, ...]:
    """For the very bytes of a manifest."""
    data = files.read_named(words["manifest"])
    document = main_state.base.document(data, str(words["manifest"]), kind="manifest")
    if not isinstance(document, Document):
        return document
    return {
        "gate": words["gate"],
        "unit": f"{document.value['provider']}/{document.value['unit']}",
        "manifest_sha256": sha256(data),
        "reason": words["reason"],
        "expires": words["until"],
    }


_Following = Callable[[MainState, Mapping[str, Any]], Mapping[str, Value] | tuple[Finding, ...]]
_FOLLOWING: Mapping[str, _Following] = {"rollback": _rollback, "waive": _waive}
"""Kinds whose fields are not simply the words of their command."""


def write(root: Path, made: Draft) -> None:
    """Write the files of a draft into the work tree, the event last: it makes the others count.

    Raises RefusedError when one exists with other bytes, FedfuseError when it cannot be written.
    """
    for path, data in reversed(tuple(made.files.items())):
        files.write_new(root / path, data)


def _changes(made: Mapping[str, bytes]) -> Iterator[Change]:
    for path, data in made.items():
        yield Change("A", path, "000000", PLAIN, ABSENT, object_id("blob", data))
