"""What makes two artifacts the same one: their bytes, whatever the files are called.

Weights are the bytes that a withdrawal binds. Weights with other settings are another artifact.
"""

from collections.abc import Mapping

from fedfuse.model.canonical import sha256
from fedfuse.model.manifest import Artifact

ENDINGS: Mapping[str, str] = {
    "safetensors": ".safetensors",
    "lora-safetensors": ".safetensors",
    "gguf": ".gguf",
    "onnx": ".onnx",
}
"""Format to the ending of the weights that it needs; other formats need none."""
CONFIG_FILES = ("decoding.json", "prompt.json")
"""All files of an artifact of format config: settings, and nothing that could be weights."""
_WEIGHTS = (*sorted({*ENDINGS.values()}), ".onnx_data")
_PAGES = (".md", ".gitattributes", "LICENSE", "LICENSE.txt", "NOTICE", "NOTICE.txt")
"""Endings of files that only people and stores read."""


def whole(artifact: Artifact) -> str:
    """Names an artifact by all that it computes with: its files' bytes and its base model.

    Neither names of files nor pages for people change it.
    """
    files = {f.sha256 for f in artifact.files if not f.path.endswith(_PAGES)}
    base = artifact.base_model
    on = [f"{base.id}@{base.revision}"] if base else []
    return sha256("\n".join([*sorted(files or _digests(artifact)), *on]).encode())


def core(artifact: Artifact) -> frozenset[str]:
    """The digests of its weights; of an artifact without any, `whole`."""
    weights = {f.sha256 for f in artifact.files if f.path.endswith(_WEIGHTS)}
    return frozenset(weights or {whole(artifact)})


def holds(artifact: Artifact, other: Artifact) -> bool:
    """Whether an artifact has the whole core of another, beside whatever else it has."""
    return core(other) <= parts(artifact)


def parts(artifact: Artifact) -> frozenset[str]:
    """All that the core of another may be found in."""
    return _digests(artifact) | {whole(artifact)}


def _digests(artifact: Artifact) -> frozenset[str]:
    return frozenset(f.sha256 for f in artifact.files)
