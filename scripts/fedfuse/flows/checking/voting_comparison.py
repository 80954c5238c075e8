"""The voting rule of a release beside its best single voter, from the evidence in git."""

from collections.abc import Mapping, Sequence

from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.tags import Release
from fedfuse.model.voting import rule_of
from fedfuse.model.voting_figures import KINDS, Bounds, VotingFigures, tallies

Scores = Sequence[float]


def of(main_state: MainState, release: Release) -> VotingFigures | None:
    """The figures of a release's rule, on the suite that was canonical then; None without a rule.

    Each voter counts by the evidence that it shipped with. All is read at the release's commit, so
    the figures of a release never change.
    """
    rule = rule_of(release.record)
    if rule is None:
        return None
    snapshot, units = main_state.ledger.snapshot(release.commit), release.record["units"]
    suite = snapshot.suite()
    passed: dict[str, Mapping[str, bool]] = {}
    for unit in rule.voters:
        found = snapshot.measured(unit, units[unit]["member"], suite=suite)
        passed[unit] = {row.item: row.passed for row in found.rows} if found else {}
    kinds = {kind: {i.id: i.cluster for i in suite.items(parts)} for kind, parts in KINDS.items()}

    def compare(ours: Scores, theirs: Scores, clusters: Sequence[str]) -> tuple[Bounds, str]:
        found = snapshot.engine.compare(ours, theirs, clusters)
        return (None, found.obstacle) if found.obstacle else (found.bounds(), "")

    best, found_tallies = tallies(rule, passed, kinds, compare=compare)
    refs = {unit: f"{unit}@v{units[unit]['member']}" for unit in rule.voters}
    return VotingFigures(
        {refs[unit]: base for unit, base in rule.voters.items()},
        rule.quorum,
        suite.label,
        refs.get(best, ""),
        found_tallies,
        tuple(refs[unit] for unit, rows in passed.items() if not rows),
    )
