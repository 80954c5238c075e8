"""Goes on from a release: its record holds all that the fold needs."""

from collections.abc import Mapping
from typing import Any

from fedfuse.model import release
from fedfuse.model.admissions import Admissions
from fedfuse.model.evaluation import Outcome
from fedfuse.model.state import Released, State, UnitState, Waiting, Waiver
from fedfuse.model.verdict import Verdict
from fedfuse.model.version import parse


def resume(record: Mapping[str, Any], tag_object: str) -> State:
    """The state right after a release, read from its record alone."""
    version = parse(record["version"])
    if version is None:
        raise ValueError(record["version"])
    units = {unit: _unit_of_record(raw) for unit, raw in record["units"].items()}
    return State(
        units=units,
        yanked=frozenset(record["yanked"]),
        revoked=frozenset(record["revoked"]),
        waivers=tuple(
            Waiver(w["gate"], w["manifest_sha256"], release.moment(w["expires"]), w.get("unit", ""))
            for w in record["waivers"]
        ),
        admissions={unit: Admissions.parse(text) for unit, text in record["admissions"].items()},
        evaluations={
            ref: tuple(_outcome_of_record(raw) for raw in outcomes)
            for ref, outcomes in record.get("evaluations", {}).items()
        },
        clock=release.moment(record["clock"]),
        release=Released(
            engine=record["engine"],
            tag=record["release"],
            version=version,
            tag_object=tag_object,
            commit=record["commit"],
            content_id=record["content_id"],
            namespace=record["namespace"],
            members={u: s.member for u, s in units.items() if s.member is not None},
            fusion=record["fusion"],
            created=release.moment(record["created"]),
        ),
    )


def _outcome_of_record(raw: Mapping[str, Any]) -> Outcome:
    verdict = Verdict(raw["verdict"])
    return Outcome(str(raw["by"]), int(raw["number"]), verdict, str(raw.get("sealed", "")))


def _unit_of_record(raw: Mapping[str, Any]) -> UnitState:
    return UnitState(
        role=raw["role"],
        member=raw["member"],
        waiting=tuple(Waiting(w["version"], w["report"] or "") for w in raw["waiting"]),
        report=raw["report"] or "",
    )
