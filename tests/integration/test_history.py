"""`history` over a scripted month, against an oracle that was written down beside the script."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import UsageError
from fedfuse.flows.auditing.audit import audit
from fedfuse.flows.auditing.event_audit import late_promotions
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.serving_history import History, history
from fedfuse.flows.operating.status import status
from fedfuse.model.finding import Finding
from fedfuse.model.yaml_text import render
from tests.support import operating_registry
from tests.support.operating_registry import event
from tests.support.published_registry import FIRST, SECOND, THIRD
from tests.support.registry import RegistrySandbox, policy

MONTH = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 30
TEXTGEN = "hf/textgen-lora"
VERSIONS = {FIRST: 1, SECOND: 2, THIRD: 2, "": None}
SERVED = {TEXTGEN, "gcp/embedder", "aws/runtime-distilled"}
VOID = "acme-ai-federated-v9.9.9"


@dataclass(frozen=True, slots=True)
class Truth:
    """What served from a moment on, as a person reads the script."""

    at: datetime
    production: str = ""
    warm: tuple[str, ...] = ()
    holds: frozenset[int] = frozenset()
    quarantined: frozenset[str] = frozenset()


@dataclass
class Month:
    """The script: what lands when, and what is true afterwards."""

    box: RegistrySandbox
    number: int = 0
    truths: list[Truth] = field(default_factory=lambda: [Truth(MONTH - timedelta(days=365))])

    def land(self, when: str, truth: Truth | None, **fields: object) -> None:
        """Land an event at `day hh:mm:ss`; without a truth it moves nothing."""
        day, _, clock = when.partition(" ")
        hours, minutes, seconds = map(int, clock.split(":"))
        offset = timedelta(days=int(day) - 1, hours=hours, minutes=minutes, seconds=seconds)
        self.box.clock = int((MONTH + offset).timestamp()) - 60
        self.number += 1
        files = event(self.number, **fields)
        if "release" in fields:
            files |= record_of(str(fields["release"]))
        self.box.commit(f"event {self.number}", dict(files.items()))
        if truth:
            self.truths.append(
                Truth(MONTH + offset, truth.production, truth.warm, truth.holds, truth.quarantined)
            )

    def at(self, moment: datetime) -> Truth:
        """What the script says of a moment."""
        return [truth for truth in self.truths if truth.at <= moment][-1]


def record_of(tag: str) -> dict[str, bytes]:
    """The file without which a promotion counts for nothing; history does not look into it."""
    return {f"releases/{tag}.json": b"{}\n"}


def truth(
    production: str, *warm: str, holds: tuple[int, ...] = (), bad: tuple[str, ...] = ()
) -> Truth:
    return Truth(MONTH, production, warm, frozenset(holds), frozenset(bad))


@pytest.fixture(scope="module")
def month(operated_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Ten events of a month; between them main goes on with other commits."""
    script = Month(operating_registry.copy(operated_original, tmp_path_factory.mktemp("month")))
    script.land("2 09:00:00", truth(FIRST), kind="promote", release=FIRST)
    script.land("3 10:30:30", None, kind="yank", version="gcp/retrieval-eval@v1", reason="typo")
    script.land("6 09:15:00", truth(SECOND, FIRST), kind="promote", release=SECOND)
    script.box.commit("docs", {"README.md": "words"})
    script.land("9 23:59:59", truth(SECOND, FIRST, holds=(4,)), kind="hold", reason="audit week")
    script.land("10 00:00:00", None, kind="promote", release=THIRD)  # held: void
    script.land("12 08:00:00", truth(SECOND, FIRST), kind="lift", hold=4)
    script.land("13 09:00:00", truth(THIRD, SECOND, FIRST), kind="promote", release=THIRD)
    script.land(
        "13 11:07:12",
        truth(SECOND, FIRST, holds=(8,), bad=(THIRD,)),
        kind="rollback",
        from_=THIRD,
        to=SECOND,
        reason="errors",
    )
    script.land("13 11:07:12", truth(SECOND, FIRST, bad=(THIRD,)), kind="lift", hold=8)
    script.land("20 09:00:00", None, kind="promote", release=THIRD)  # quarantined: void
    script.land("27 09:00:00", truth(FIRST, SECOND, bad=(THIRD,)), kind="promote", release=FIRST)
    return script


@pytest.fixture(scope="module")
def read(month: Month) -> Iterator[History]:
    with Repository(month.box.root) as repository:
        yield history(repository, until="main")


def agrees(read: History, month: Month, moment: datetime) -> None:
    said, known = read.at(moment), month.at(moment)
    state = said.state
    assert (state.production, state.warm) == (known.production, known.warm), moment
    assert (state.holds, state.quarantined) == (known.holds, known.quarantined), moment
    assert said.members.get(TEXTGEN) == VERSIONS[known.production], moment


def test_every_boundary_of_the_month_is_right_to_the_minute_and_to_the_second(
    read: History, month: Month
) -> None:
    for boundary in (turn.at for turn in read.turns):
        for seconds in (-60, -1, 0, 1, 60):
            agrees(read, month, boundary + timedelta(seconds=seconds))


def test_every_minute_of_the_month_is_right(read: History, month: Month) -> None:
    for minute in range(-1440, (DAYS + 1) * 1440):
        agrees(read, month, MONTH + timedelta(minutes=minute))


def test_since_and_why_name_the_event_that_made_it_serve(read: History) -> None:
    said = read.at(MONTH + timedelta(days=15))
    assert said.since == MONTH + timedelta(days=12, hours=11, minutes=7, seconds=12)
    assert said.cause is not None
    assert (said.cause.kind, said.cause.fields["reason"]) == ("rollback", "errors")


def test_history_ends_with_what_status_says(read: History, month: Month) -> None:
    with Repository(month.box.root) as repository:
        now = status(repository, until="main", limit=1, now=MONTH)
    assert read.turns[-1].state == now.serves.state
    assert read.commit == now.commit


def test_events_that_move_nothing_are_told_apart(read: History) -> None:
    void = [turn.events[0].number for turn in read.turns if turn.is_void]
    assert void == [2, 5, 10]


def test_a_unit_has_a_turn_for_every_version_that_came_to_serve(read: History) -> None:
    turns = read.turns_of(TEXTGEN)
    assert [turn.members for turn in turns] == [{TEXTGEN: n} for n in (1, 2, 1)]
    assert [turn.events[0].number for turn in turns] == [1, 3, 11]
    assert read.turns_of("hf/policy-adapter") == ()
    with pytest.raises(UsageError, match="no unit"):
        read.turns_of("hf/unheard-of")


def test_an_edited_event_changes_history_and_status_alike(month: Month, tmp_path: Path) -> None:
    box = operating_registry.copy(month.box.root.parent, tmp_path)
    box.commit("history is written by winners", dict(event(1, kind="hold", reason="x").items()))
    with Repository(box.root) as repository:
        read = history(repository, until="main")
        assert (
            read.turns[-1].state
            == status(repository, until="main", limit=1, now=MONTH).serves.state
        )
        agrees(read, month, MONTH + timedelta(days=20))


def by_force(month: Month, folder: Path, files: dict[str, bytes]) -> tuple[str, set[str]]:
    """The release and the units that serve after the promotion of a release that never was."""
    box = operating_registry.copy(month.box.root.parent, folder)
    box.commit("by force", {**event(12, kind="promote", release=VOID), **files})
    with Repository(box.root) as repository:
        said = history(repository, until="main").at(MONTH + timedelta(days=60))
        shown = status(repository, until="main", limit=1, now=MONTH).serves.state
    assert said.state == shown
    return said.state.production, {*said.members}


def test_a_promotion_without_the_record_of_its_release_moves_nothing(
    month: Month, tmp_path: Path
) -> None:
    assert by_force(month, tmp_path, {}) == (FIRST, SERVED)


def test_a_release_that_never_was_serves_no_version(month: Month, tmp_path: Path) -> None:
    assert by_force(month, tmp_path, record_of(VOID)) == (VOID, set())


def test_the_audit_names_the_events_that_moved_nothing(month: Month, tmp_path: Path) -> None:
    box = operating_registry.copy(month.box.root.parent, tmp_path)
    with Repository(box.root) as repository:
        report = audit(repository, until="main", remote=None)
    void = {5: "held", 10: "quarantined"}
    assert report.void_events == tuple(f"releases/events/{number:04}.yaml" for number in void)


def test_the_audit_of_events_finds_promotions_that_landed_outside_their_window(
    month: Month, tmp_path: Path
) -> None:
    box = operating_registry.copy(month.box.root.parent, tmp_path)
    window = {"day": "tuesday", "from": "09:00", "to": "10:00", "time_zone": "UTC"}
    cadence = {"production": [window]}
    box.commit("windows", {"registry.yaml": render(policy(cadence=cadence))})
    commits = []
    for number, moment in ((12, "2026-11-03T09:30:00Z"), (13, "2026-11-04T09:30:00Z")):
        box.clock = int(datetime.fromisoformat(moment).timestamp()) - 60
        tag = (SECOND, FIRST)[number % 2]
        commits.append(box.commit("x", dict(event(number, kind="promote", release=tag).items())))
    (found,) = late(box)
    assert (found.code, found.path) == ("E712", "releases/events/0013.yaml")
    assert found.found == "2026-11-04T09:30:00Z"
    accepted = policy(cadence=cadence, audit={"accepted": [commits[1]]})
    box.commit("people looked at it", {"registry.yaml": render(accepted)})
    assert late(box) == []


def late(box: RegistrySandbox) -> list[Finding]:
    with Repository(box.root) as repository:
        main_state = MainState.at(repository, "main", MONTH)
        return list(late_promotions(main_state.ledger, main_state.commit))
