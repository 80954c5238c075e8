"""The rules of engine 1 that a mutant breaks by name, one edit each."""

from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, and the edit that breaks it."""

    name: str
    path: str
    find: str
    """Text that the file holds exactly once."""
    put: str

    def broken(self, room: Path) -> Mutant:
        """The mutant; a rule that is written in another way by now has to be found again."""
        source = (room / self.path).read_text()
        assert source.count(self.find) == 1, f"{self.path} no longer holds {self.find!r} once"
        return Mutant(self.path, f"rule: {self.name}", source.replace(self.find, self.put))


_UNWAIVED = "    place=_place,\n)"
_WAIVED = "    place=_place,\n    waivable=True,\n)"

RULES = (
    Rule(
        "quality at the floor passes",
        "gates/quality.py",
        "quality >= policy.floor",
        "quality > policy.floor",
    ),
    Rule("latency at the cap passes", "gates/latency.py", "observed <= limit", "observed < limit"),
    Rule(
        "a bound at the safety limit passes", "gates/safety.py", "bound <= limit", "bound < limit"
    ),
    Rule(
        "figures at the tolerance agree",
        "gates/agreement.py",
        "proven <= tolerance",
        "proven < tolerance",
    ),
    Rule("safety is never waived", "gates/safety.py", _UNWAIVED, _WAIVED),
    Rule("compatibility is never waived", "gates/compatibility.py", _UNWAIVED, _WAIVED),
    Rule(
        "another contract is a major release",
        "next_release.py",
        "Bump.MAJOR if major else ",
        "",
    ),
    Rule(
        "the macro-F1 of a router is stated to 1e-6",
        "admission/router_evidence.py",
        "TOLERANCE = 1e-6",
        "TOLERANCE = 2e-6",
    ),
    Rule(
        "metrics are declared to 1e-6",
        "admission/evidence_rules.py",
        "METRIC_TOLERANCE = 1e-6",
        "METRIC_TOLERANCE = 2e-6",
    ),
    Rule(
        "a member needs its report",
        "composing.py",
        "if needed and not waiting.report:",
        "if needed and waiting is None:",
    ),
    Rule(
        "no critical failure more than the limit",
        "gates/safety.py",
        "len(failed) <= limit",
        "len(failed) <= limit + 1",
    ),
    Rule("a version is held to the anchor", "gates/quality.py", '("anchor", case.anchor),', ""),
    Rule(
        "the clock never runs backwards",
        "fold.py",
        "max(moment, state.clock) if state.clock else moment",
        "moment",
    ),
)
