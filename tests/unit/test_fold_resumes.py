"""A record loses nothing: whoever goes on from it decides as who has folded everything.

Over histories of every kind of event, two folds are held beside each other. One remembers all, the
other goes on from the bytes of each record. Both make the same records, byte for byte.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from fedfuse.engine.v1 import composing, events, fold
from fedfuse.engine.v1.next_release import differs
from fedfuse.engine.v1.record import Provenance, Shipped, render
from fedfuse.engine.v1.resume import resume
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.evaluation import Outcome
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import Registry
from fedfuse.model.release import timestamp
from fedfuse.model.serving import Event
from fedfuse.model.state import State, Waiting
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.model.version import split_ref
from tests.unit.test_fold import (
    FULL,
    FUSION,
    NON_INFERIOR,
    NOW,
    SUPERIOR,
    UNITS,
    registry,
    shipment,
)

Step: TypeAlias = tuple[str, dict[str, Any]]
MODELS = tuple(unit for unit, role in UNITS.items() if not ROLES[role].is_report)
REPORTS = {"gcp/retrieval-eval": "gcp/embedder", "aws/inference-benchmark": "aws/runtime-distilled"}
AGREED = GateResult("agreement", "quality", "x", Verdict.PASS, observed=0.125)
PROVENANCE = Provenance("c" * 40, NOW, "d" * 64, {"textgen/v1": "e" * 64}, {}, {})

versions = st.integers(1, 6)
refs = st.builds("{}@v{}".format, st.sampled_from(sorted(UNITS)), versions)
model_refs = st.builds("{}@v{}".format, st.sampled_from(MODELS), versions)
steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(
        st.just("ship"),
        st.fixed_dictionaries(
            {
                "unit": st.sampled_from(MODELS),
                "track": st.sampled_from(["release", "release", "experiment"]),
                "result": st.sampled_from(
                    [SUPERIOR, NON_INFERIOR, replace(SUPERIOR, verdict=Verdict.WAIVED)]
                ),
            }
        ),
    ),
    st.tuples(
        st.just("report"),
        st.fixed_dictionaries({"unit": st.sampled_from(sorted(REPORTS)), "version": versions}),
    ),
    st.tuples(st.just("yank"), st.fixed_dictionaries({"ref": refs})),
    st.tuples(
        st.just("evaluate"),
        st.fixed_dictionaries(
            {
                "ref": model_refs,
                "by": st.sampled_from(["registry", "hf", "aws"]),
                "verdict": st.sampled_from(list(Verdict)),
                "sealed": st.sampled_from(["", "sealed/v1"]),
            }
        ),
    ),
    st.tuples(
        st.just("waive"),
        st.fixed_dictionaries(
            {"unit": st.sampled_from(["", *MODELS]), "hours": st.integers(-5, 50)}
        ),
    ),
    st.tuples(st.just("tick"), st.fixed_dictionaries({"hours": st.integers(-30, 30)})),
    st.tuples(st.just("drop"), st.fixed_dictionaries({"unit": st.sampled_from(sorted(UNITS))})),
    st.tuples(st.just("restore"), st.just({})),
    st.tuples(
        st.just("contracts"),
        st.fixed_dictionaries({"wait": st.frozensets(model_refs, max_size=4)}),
    ),
    st.tuples(st.just("router"), st.fixed_dictionaries({"version": st.integers(1, 3)})),
)


@dataclass
class Main:
    """Main as both folds meet it."""

    registry: Registry = field(default_factory=registry)
    waits: frozenset[str] = frozenset()
    """Versions whose contract the route table does not accept."""
    shipped: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 1))
    records: list[dict[str, Any]] = field(default_factory=list)

    def earlier(self, unit: str) -> tuple[Waiting, ...]:
        """The versions of a unit that were members of earlier releases, newest first."""
        found: dict[int, str] = {}
        for one in reversed(self.records):
            raw = one["units"].get(unit)
            if raw and raw["member"]:
                found.setdefault(raw["member"], raw["report"] or "")
        return tuple(Waiting(v, report) for v, report in sorted(found.items(), reverse=True))

    def manifest(self, unit: str, version: int) -> Manifest:
        """A manifest on main: the versions of a provider share three sets of weights."""
        one = shipment(f"{unit}@v{version}")
        file = replace(
            one.artifact.files[0], sha256=sha256(f"{one.provider} {version % 3}".encode())
        )
        return replace(one, artifact=replace(one.artifact, files=(file,)))

    def meet(self, kind: str, facts: dict[str, Any]) -> None:
        """What a step changes beside the states."""
        if kind in {"ship", "report"}:
            self.shipped[facts["unit"]] += 1
        elif kind == "drop":
            kept = {u: r for u, r in self.registry.units.items() if u != facts["unit"]}
            self.registry = replace(self.registry, units=kept)
        elif kind == "restore":
            self.registry = replace(self.registry, units=registry().units)
        elif kind == "contracts":
            self.waits = facts["wait"]
        elif kind == "router":
            router = {"kind": "linear", "version": facts["version"]}
            self.registry = replace(self.registry, fusion=replace(FUSION, router=router))

    def take_in(self, state: State, kind: str, facts: dict[str, Any]) -> State:
        """What a step does to one of the states."""
        clock = state.clock or NOW
        if kind in {"ship", "report"}:
            return self._admitted(state, **facts)
        if kind == "yank":
            event = Event(1, kind, {"version": facts["ref"]})
            return events.apply(state, event, earlier=self.earlier, shipped=self.manifest)
        if kind == "waive":
            fields = {
                "gate": "quality",
                "manifest_sha256": "f" * 64,
                "expires": timestamp(clock + timedelta(hours=facts["hours"])),
                **({"unit": facts["unit"]} if facts["unit"] else {}),
            }
            return events.apply(
                state, Event(1, kind, fields), earlier=self.earlier, shipped=self.manifest
            )
        if kind == "evaluate":
            said = state.evaluations.get(facts["ref"], ())
            outcome = Outcome(facts["by"], len(said) + 1, facts["verdict"], facts["sealed"])
            return fold.evaluate(
                state, facts["ref"], outcome, earlier=self.earlier, shipped=self.manifest
            )
        return (
            fold.tick(state, clock + timedelta(hours=facts["hours"])) if kind == "tick" else state
        )

    def _admitted(
        self,
        state: State,
        *,
        unit: str,
        track: str = "release",
        version: int = 0,
        result: GateResult = AGREED,
    ) -> State:
        subject = f"{REPORTS[unit]}@v{version}" if version else ""
        one = replace(self.manifest(unit, self.shipped[unit]), subject=subject, track=track)
        return fold.admit_manifest(state, one, (result,))

    def composed(self, state: State) -> tuple[State, dict[str, Any] | None]:
        """The state after composing, and the record of the release that it owes."""
        composition = composing.choose(
            state, self.registry, joins=lambda ref: ref not in self.waits
        )
        assert (
            composing.choose(
                composition.state, self.registry, joins=lambda ref: ref not in self.waits
            )
            == composition
        )
        if composition.missing_roles or not differs(composition, self.registry):
            return composition.state, None
        members = {
            unit: Shipped(shipment(f"{unit}@v{version}"), "a" * 40, "b" * 64)
            for unit, version in composition.members.items()
        }
        made = render(composition, self.registry, shipped=members, provenance=PROVENANCE)
        return composition.state, made


def standing(state: State) -> State:
    """Without the waivers that never count again, which a record leaves out."""
    clock = state.clock or NOW
    return replace(state, waivers=tuple(w for w in state.waivers if w.expires > clock))


def check_sense(state: State) -> None:
    """Whatever happened: nothing withdrawn serves or waits, and what needs a report has one."""
    for name, unit in state.units.items():
        known = [*([unit.member] if unit.member else []), *(w.version for w in unit.waiting)]
        assert not any(state.unusable(f"{name}@v{version}") for version in known)
        assert all(state.is_admitted(f"{name}@v{version}") for version in known)
        assert all(a.version < b.version for a, b in pairwise(unit.waiting))
        reports = {unit.report, *(w.report for w in unit.waiting)} - {""}
        assert not reports & state.yanked
        if unit.member and ROLES[unit.role].covered_by:
            assert unit.report
            assert split_ref(unit.report)[0] in REPORTS


@settings(max_examples=300, deadline=None)
@given(history=st.lists(steps, max_size=30))
def test_a_fold_that_goes_on_from_every_record_decides_as_one_that_remembers_all(
    history: list[Step],
) -> None:
    main, whole, resumed = Main(), fold.tick(FULL, NOW), fold.tick(FULL, NOW)
    for kind, facts in [("begin", {}), *history]:
        main.meet(kind, facts)
        whole, record = main.composed(main.take_in(whole, kind, facts))
        resumed, same = main.composed(main.take_in(resumed, kind, facts))
        assert (record is None) == (same is None)
        if record is not None and same is not None:
            assert dumps_by_key(record) == dumps_by_key(same)
            read = json.loads(dumps_by_key(record))
            resumed = resume(read, f"{len(main.records):040}")
            main.records.append(read)
            whole = replace(whole, release=resumed.release, verdicts={}, judged="")
        assert standing(whole) == standing(resumed)
        check_sense(whole)
