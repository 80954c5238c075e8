"""The run file: what an evaluation run had, recorded by the program that ran it.

It lies beside the evidence: `evidence.csv` has `evidence.run.json`. It is never shipped. A manifest
takes its run facts from it, so that nobody has to type or to copy them.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """The suite that was asked."""

    name: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A served model and how it was asked."""

    model: str
    """The name that its server knows it by."""
    config_sha256: str
    """Of the prompt template and the decoding settings."""


@dataclass(frozen=True, slots=True)
class Tool:
    """The program that measured, as the manifest's `evaluation.run` names it."""

    tool: str
    version: str
    engine: str | None = None
    """What served the model; None when it was not said."""
    log_sha256: str | None = None
    """Of the program's own log, when the evidence was made from one."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What served the model, as whoever ran it says."""

    accelerator: str
    region: str


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the hardware costs, as whoever ran it says, in the registry's currency."""

    per_hour: float
    as_of: str
    """The day on which the price was seen."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run, from its first request to its last."""

    evidence_sha256: str
    suite: Measured
    role: str
    candidate: Asked
    baseline: Asked | None
    """What was asked in turn with the candidate."""
    seed: int
    concurrency: int
    """Requests in flight."""
    hardware: Hardware | None
    """None when it was not said, and so is `pricing`."""
    pricing: Pricing | None
    run: Tool
    started_at: str
    """UTC to the second; of the first attempt, when later ones went on after a kill."""
    ended_at: str


def dumps(record: RunRecord) -> bytes:
    """The run file; one record has one spelling."""
    fields = {"apiVersion": "fedfuse/v1", "kind": "Run", **_known(asdict(record))}
    return json.dumps(fields, indent=2, ensure_ascii=True).encode("ascii") + b"\n"


def said_of(run: Tool) -> dict[str, str]:
    """The program that measured as a manifest names it: without what is not known."""
    return _known(asdict(run))


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _known(value) if isinstance(value, dict) else value
        for name, value in fields.items()
        if value is not None
    }
