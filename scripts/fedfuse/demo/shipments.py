"""The recorded shipments of the demonstration: real runs of really different settings."""

from dataclasses import dataclass
from pathlib import Path

RECORDINGS = Path(__file__).parent / "evidence"
CONFIGS = Path(__file__).parent / "configs"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One shipment and the run that measured it."""

    unit: str
    recording: str
    """Stem of the evidence file."""
    config: str
    """Folder of the artifact below `configs`; for reports that of the measured model."""
    title: str
    subject: str = ""
    baseline: str = ""

    @property
    def provider(self) -> str:
        """Who ships it."""
        return self.unit.partition("/")[0]

    @property
    def evidence(self) -> Path:
        """The per-item results."""
        return RECORDINGS / f"{self.recording}.csv"

    @property
    def artifact(self) -> Path:
        """The folder that is uploaded."""
        return CONFIGS / self.config


FIRST = (
    Recorded("hf/textgen-lora", "hf-textgen-v1", "hf-textgen-v1", "a plain prompt"),
    Recorded("gcp/embedder", "gcp-embedder-v1", "gcp-embedder-v1", "mean-pooled embeddings"),
    Recorded(
        "gcp/retrieval-eval",
        "gcp-retrieval-eval-v1",
        "gcp-embedder-v1",
        "an independent run about the embedder",
        subject="gcp/embedder@v1",
    ),
    Recorded("aws/runtime-distilled", "aws-runtime-v1", "aws-runtime-v1", "a short prompt"),
    Recorded(
        "aws/inference-benchmark",
        "aws-benchmark-v1",
        "aws-runtime-v1",
        "an independent run about the runtime",
        subject="aws/runtime-distilled@v1",
    ),
)
"""What the first release needs, in the order it is shipped."""

BETTER = Recorded(
    "hf/textgen-lora", "hf-textgen-v2", "hf-textgen-v2", "worked examples in the prompt"
)
WORSE = Recorded("hf/textgen-lora", "hf-textgen-worse", "hf-textgen-worse", "a careless prompt")
