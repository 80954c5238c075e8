"""A manifest: one immutable shipment of a unit, as a strict value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fedfuse.model.role import Role


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """One shipped file."""

    path: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class BaseModel:
    """The pinned model an adapter or a config artifact stands on."""

    id: str
    revision: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """The shipped bytes: where they are, at which immutable revision, file by file."""

    uri: str
    revision: str
    format: str
    files: tuple[ArtifactFile, ...]
    base_model: BaseModel | None


@dataclass(frozen=True, slots=True)
class Contract:
    """The fusion API contract the artifact was built for."""

    version: int
    sha256: str
    io: Mapping[str, Any]
    """Facts a caller depends on: embedding_dim, max_input_tokens, tokenizer_sha256, labels."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How the metrics were measured and where the per-item evidence lies."""

    suite_name: str
    suite_version: int
    suite_sha256: str
    evidence_path: str
    """File name beside the document."""
    evidence_sha256: str
    items: int
    baseline: str
    """`provider/unit@vN` whose interleaved latencies the evidence holds, or empty."""
    accelerator: str
    """Of the machine that ran, such as `1xL4`."""
    concurrency: int
    per_hour: float
    priced_on: date


@dataclass(frozen=True, slots=True)
class Manifest:
    """One shipment: a unit at version `version`. Built only from a schema-valid document."""

    provider: str
    name: str
    """The unit's name without its provider."""
    version: int
    id: str
    role: Role
    track: str
    artifact: Artifact
    license: str
    contract: Contract | None
    subject: str
    """`provider/unit@vN` a report measures, or empty."""
    metrics: Mapping[str, float]
    table: Mapping[str, float]
    evaluation: Evaluation | None

    @property
    def unit(self) -> str:
        """`provider/name`, the unit this ships."""
        return f"{self.provider}/{self.name}"

    @property
    def ref(self) -> str:
        """`provider/name@vN`, how reports and subjects name this shipment."""
        return f"{self.unit}@v{self.version}"

    @property
    def path(self) -> str:
        """Where the manifest lives in the registry."""
        return f"manifests/{self.unit}/v{self.version}.yaml"

    @property
    def evidence_path(self) -> str:
        """Where its evidence lives in the registry; empty when it has none."""
        if self.evaluation is None:
            return ""
        return f"manifests/{self.unit}/{self.evaluation.evidence_path}"
