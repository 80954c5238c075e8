"""Annotations of a check run: every problem that has a line stands on it."""

from dataclasses import replace

from tests.unit.report import builders, samples

from fedfuse.model.verdict import Verdict
from fedfuse.report import check_run


def test_a_refusing_gate_is_an_annotation_on_the_line_it_is_about() -> None:
    judged = replace(samples.SAMPLES["fails_gates"], findings=(builders.finding(),))
    annotations = check_run.check_run(judged).annotations
    assert [(one.path, one.line, one.column, one.title) for one in annotations] == [
        (builders.MANIFEST, 14, 3, "E302"),
        (builders.MANIFEST, 34, 0, "quality"),
        (builders.MANIFEST, 36, 0, "latency"),
        (builders.MANIFEST, 29, 0, "compatibility"),
    ]
    assert annotations[2].message == (
        "p95: p95 231.0 ms, limit 210 ms (cap only: the run was not interleaved with "
        "hf/textgen-lora@v2)\n"
        "fix: bring the number within its limit; `fedfuse explain latency` says what would pass"
    )
    assert annotations[2].fields["end_line"] == 36
    assert "start_column" not in annotations[2].fields


def test_a_gate_that_admits_and_one_about_the_release_annotate_nothing() -> None:
    broken = replace(samples.SET, verdict=Verdict.FAIL)
    places = builders.places((samples.FLOOR, 33))
    judged = builders.report(gates=(samples.FLOOR, samples.WAIVED, broken), places=places)
    assert check_run.check_run(judged).annotations == ()
