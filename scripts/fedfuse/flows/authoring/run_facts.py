"""What a run had: from its run file, or as somebody says; never from an earlier version."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fedfuse.adapters import run_file
from fedfuse.flows.authoring.options import NewOptions
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted
from fedfuse.model.run_record import Hardware, Pricing, RunRecord, said_of
from fedfuse.model.suite import Suite


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The facts of a run that a manifest states; None for what nobody says."""

    hardware: Hardware | None
    concurrency: int | None
    pricing: Pricing | None
    seed: int | None
    config_sha256: str = ""
    """Of what the model was asked with; empty without a run file."""
    run: Mapping[str, str] = field(default_factory=dict)
    """The program that measured, as `evaluation.run` says it; empty without a run file."""


def of(
    evidence: Path, data: bytes, *, options: NewOptions, suite: Suite
) -> RunFacts | tuple[Finding, ...]:
    """The facts of the run that made an evidence file, or what contradicts its run file.

    Without a run file they are what the options say. Raises UsageError for words of another form.
    """
    said = RunFacts(options.machine(), options.concurrency, options.price(), options.seed)
    found = run_file.read(evidence)
    if found is None:
        return said
    if not isinstance(found[0], Document):
        return found
    document, record = found
    contradicted = tuple(_contradictions(document, record, said, data=data, suite=suite))
    return contradicted or RunFacts(
        record.hardware or said.hardware,
        record.concurrency,
        record.pricing or said.pricing,
        record.seed,
        record.candidate.config_sha256,
        said_of(record.run),
    )


def asked_otherwise(evidence: Path, folder: Path, *, asked: str, shipped: str) -> Finding:
    """What to say when the config that is shipped is not the one that was measured."""
    return Finding(
        str(run_file.path_of(evidence)),
        0,
        0,
        "E446",
        f"the model was asked with another config than {folder} holds",
        expected=shipped,
        found=asked,
        fix=f"measure what you ship: fedfuse eval run --config {folder}",
    )


def _contradictions(
    document: Document, record: RunRecord, said: RunFacts, *, data: bytes, suite: Suite
) -> Iterator[Finding]:
    actual = sha256(data)
    if record.evidence_sha256 != actual:
        yield document.finding(
            "E445",
            ("evidence_sha256",),
            message="this run file belongs to other evidence",
            expected=actual,
            found=record.evidence_sha256,
            fix=f"bring back the file of this run, or remove {document.path} and say what it had",
        )
    if record.suite.sha256 != suite.sha256:
        yield document.finding(
            "E446",
            ("suite",),
            message="the run asked another suite than the canonical one",
            expected=f"{suite.name} v{suite.version} ({suite.sha256})",
            found=f"{record.suite.name} v{record.suite.version} ({record.suite.sha256})",
            fix="measure again with `fedfuse eval run`",
        )
    for name in ("hardware", "concurrency", "pricing", "seed"):
        option, measured = getattr(said, name), getattr(record, name)
        if option is not None and measured is not None and option != measured:
            yield document.finding(
                "E446",
                (name,),
                message=f"--{name} is not what the run had",
                expected=_words(measured),
                found=_words(option),
                fix=f"leave --{name} out",
            )


def _words(fact: Hardware | Pricing | int) -> str:
    return str(fact) if isinstance(fact, int) else quoted("@".join(map(str, asdict(fact).values())))
