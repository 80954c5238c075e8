"""The document of a new manifest: what was measured, what was said, and what stays as it was."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fedfuse.errors import RefusedError, UsageError
from fedfuse.model.evidence import Evidence
from fedfuse.model.manifest import ArtifactFile
from fedfuse.model.registry import Person, Registry
from fedfuse.model.role import Role
from fedfuse.model.suite import Suite

_FORMATS = {".safetensors": "safetensors", ".gguf": "gguf", ".onnx": "onnx"}
_ADAPTER = "adapter_config.json"
_PICKLED = frozenset(
    {".bin", ".ckpt", ".dill", ".joblib", ".npy", ".npz", ".pickle", ".pkl", ".pt", ".pth"}
)
"""Files that run code when they are loaded, or may hold a pickle that does."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words typed for one shipment. Empty, or None, means: as in the unit's newest version."""

    uri: str = ""
    """Empty: the provider's first prefix and the name of this version."""
    revision: str = ""
    track: str = "release"
    license: str = ""
    contract: int | None = None
    """None and no earlier version: the one the route table accepts."""
    io: Sequence[str] = ()
    """`KEY=VALUE`, the value as JSON or plain text."""
    base_model: str = ""
    """`ID@REVISION`."""
    subject: str = ""
    baseline: str = ""
    """Whose interleaved latencies the evidence holds; never taken from an earlier version."""
    hardware: str = ""
    """`ACCELERATOR@REGION`."""
    concurrency: int | None = None
    pricing: str = ""
    """`PER_HOUR@DATE`."""
    seed: int | None = None
    training_system: str = ""
    training_run: str = ""
    """Every version has a run of its own, so this is never taken from an earlier one."""
    training_code: str = ""
    """`REPO@COMMIT`."""
    training_dataset: str = ""
    """`ID@SHA256`."""
    training_splits: str = ""
    """`train=8000,val=1000,test=1000`."""
    login: str = ""
    """Empty: the provider's only account."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known without asking."""

    provider: str
    name: str
    version: int
    role: Role
    settings: Registry
    previous: Mapping[str, Any]
    """The document of the unit's newest version; empty for the first."""
    files: tuple[ArtifactFile, ...]
    revision: str
    suite: Suite | None
    """The canonical suite, for roles that are evaluated."""
    evidence: Evidence | None
    table: Mapping[str, float]


class Answers:
    """Takes what was said, else what the newest version says, else notes the option to ask for."""

    def __init__(self, previous: Mapping[str, Any]) -> None:
        self._previous = previous
        self.missing: list[str] = []

    def take(self, said: Any, *keys: str, option: str = "") -> Any:
        """One fact; without `option` it may be absent, and is None then."""
        if said not in ("", None, ()):
            return said
        known: Any = self._previous
        for key in keys:
            known = known.get(key) if isinstance(known, Mapping) else None
        if known is None and option:
            self.missing.append(option)
        return known
