"""Which tests a mutant of a file has to get past: quick ones first."""

from collections.abc import Mapping

_HISTORIES: Mapping[str, str] = {
    "admission/": "refusals fusion measurements gates releases operations sealing",
    "contract/": "gates releases operations measurements refusals sealing",
    "fold.py": "operations measurements releases gates refusals sealing",
    "gates/": "gates fusion measurements operations releases fusion refusals sealing",
    "newest_evidence.py": "measurements releases operations gates refusals sealing",
    "serving.py": "operations releases measurements gates refusals sealing",
    "shape.py": "refusals operations releases measurements gates sealing",
    "stats/": "gates measurements operations releases refusals sealing",
    "": "releases fusion operations measurements gates refusals sealing",
}
"""Path below the engine, or a folder of it, to the golden histories, the likeliest first."""
_CONTRACTS = (
    "tests/golden/test_histories.py::test_contracts_are_held_against_each_other_as_is_written_down"
)
_GOLDEN = "tests/golden/test_histories.py::test_a_history_comes_to_what_is_written_down"
TESTS: Mapping[str, tuple[str, ...]] = {
    "admission/evaluation_rules.py": ("tests/golden/test_defences.py",),
    "admission/evidence_csv.py": ("tests/unit/test_evidence_csv.py",),
    "admission/manifest": ("tests/golden/test_defences.py",),
    "admission/router_": (
        "tests/unit/test_router_tensors.py",
        "tests/integration/test_router_folders.py",
    ),
    "admission/secrets.py": ("tests/unit/test_secrets.py",),
    "admission/suite_document.py": ("tests/unit/test_suite_document.py",),
    "admission/uri.py": ("tests/unit/test_uri.py",),
    "contract/": (_CONTRACTS, "tests/unit/contract"),
    "stats/": ("tests/unit/stats", "tests/unit/gates"),
    "gates/agreement.py": ("tests/unit/gates/test_agreement.py",),
    "gates/compatibility.py": ("tests/unit/gates/test_compatibility.py",),
    "gates/evaluation.py": ("tests/unit/gates/test_evaluation.py",),
    "gates/fused_set.py": tuple(
        f"tests/unit/gates/test_fused_{part}.py" for part in ("set", "routing", "voting")
    ),
    "gates/latency.py": ("tests/unit/gates/test_latency.py",),
    "gates/outcomes.py": ("tests/unit/gates",),
    "gates/quality.py": (
        "tests/unit/gates/test_quality.py",
        "tests/unit/gates/test_quality_policy_role.py",
        "tests/unit/gates/test_quality_of_students.py",
    ),
    "gates/ratios.py": ("tests/unit/gates/test_ratios.py", "tests/unit/gates/test_agreement.py"),
    "gates/roster.py": ("tests/unit/gates/test_roster.py",),
    "gates/safety.py": ("tests/unit/gates/test_safety.py",),
    "gates/table.py": ("tests/unit/gates/test_table.py",),
    "gates/": ("tests/unit/gates/test_roster.py",),
    "snapshot.py": ("tests/golden/test_defences.py",),
    "composing.py": (
        "tests/golden/test_defences.py",
        "tests/unit/test_fold.py",
    ),
    "engine.py": ("tests/golden/test_frozen.py::test_each_engine_knows_its_number",),
    "events.py": ("tests/unit/test_serving.py",),
    "fold.py": ("tests/unit/test_fold.py", "tests/unit/test_withdrawals.py"),
    "joining.py": (
        "tests/unit/gates/test_compatibility.py",
        "tests/unit/gates/test_fused_voting.py",
        "tests/unit/gates/test_fused_routing.py",
    ),
    "metrics.py": ("tests/unit/gates",),
    "next_release.py": ("tests/unit/test_fold.py", "tests/unit/test_policy.py"),
    "policy.py": ("tests/unit/test_policy.py",),
    "record.py": ("tests/unit/test_engine_is_frozen.py",),
    "resume.py": ("tests/unit/test_fold.py",),
    "serving.py": ("tests/unit/test_serving.py",),
    "shape.py": ("tests/unit/test_change.py",),
}
"""Path below the engine, or a folder of it, to the unit tests of what is there."""
LAST: Mapping[str, tuple[str, ...]] = {
    "admission/bytes_rules.py": ("tests/integration/test_bytes_ship_once.py",),
    "admission/copied_runs.py": ("tests/integration/test_copied_evidence.py",),
    "admission/impossible.py": ("tests/integration/test_impossible_evidence.py",),
    "admission/other_runs.py": (
        "tests/integration/test_other_runs.py",
        "tests/integration/test_copied_evidence.py",
    ),
    "admission/router_": ("tests/integration/test_router_folders.py",),
    "admission/": ("tests/integration/test_corpus.py",),
    "artifact_bytes.py": ("tests/integration/test_bytes_ship_once.py",),
    "cutting.py": ("tests/unit/test_large_record.py",),
    "events.py": ("tests/integration/test_event_rules.py",),
    "documents.py": ("tests/integration/test_later_schemas.py",),
    "fixed.py": ("tests/integration/test_fixed_names.py",),
    "fold.py": ("tests/integration/test_bytes_ship_once.py",),
    "gates/": ("tests/integration/test_gate_places.py",),
    "judge.py": (
        "tests/integration/test_newest_evidence.py",
        "tests/integration/test_compared_with.py",
        "tests/integration/test_sealing.py",
    ),
    "newest_evidence.py": (
        "tests/integration/test_newest_evidence.py",
        "tests/integration/test_sealing.py",
    ),
    "shape.py": ("tests/integration/test_corpus_git.py",),
    "stats/copies.py": ("tests/integration/test_copied_evidence.py",),
    "snapshot.py": ("tests/integration/test_sealing.py", "tests/integration/test_broken_policy.py"),
}
"""Slower tests, for what got past everything else."""


def covering(path: str) -> tuple[str, ...]:
    """The tests for a mutant of a file, in the order in which they run."""
    order = next(names for start, names in _HISTORIES.items() if path.startswith(start))
    golden = (f"{_GOLDEN}[{name}]" for name in order.split())
    return (*_matching(TESTS, path), *golden, *_matching(LAST, path))


def _matching(table: Mapping[str, tuple[str, ...]], path: str) -> tuple[str, ...]:
    return tuple(test for start, tests in table.items() if path.startswith(start) for test in tests)
