"""The run file: what an evaluation run had, recorded by the program that ran it.

It lies beside the evidence: `evidence.csv` has `evidence.run.json`. It is never shipped. A manifest
takes its run facts from it, so that nobody has to type or to copy them.
"""

import json
from dataclasses import asdict, dataclass


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
    tool: str
    """Version of the tool that ran it."""
    started_at: str
    """UTC to the second; of the first attempt, when later ones went on after a kill."""
    ended_at: str


def dumps(record: RunRecord) -> bytes:
    """The run file; one record has one spelling."""
    known = {name: value for name, value in asdict(record).items() if value is not None}
    fields = {"apiVersion": "fedfuse/v1", "kind": "Run", **known}
    return json.dumps(fields, indent=2, ensure_ascii=True).encode("ascii") + b"\n"
