"""Manifests of artifacts for tests: only what the artifact check looks at."""

from collections.abc import Mapping
from typing import Any

from fedfuse.engine.v1.documents import manifest_of
from fedfuse.model.canonical import sha256
from fedfuse.model.manifest import Manifest

PATH = "manifests/hf/textgen-lora/v3.yaml"


def manifest(
    uri: str, revision: str, files: Mapping[str, bytes], **changed: Mapping[str, Any]
) -> Manifest:
    """A manifest that ships the files; `changed` overrides a listed file's fields by its name."""
    listed = [
        {"path": path, "size": len(body), "sha256": sha256(body), **changed.get(path, {})}
        for path, body in sorted(files.items())
    ]
    artifact = {"uri": uri, "revision": revision, "format": "config", "files": listed}
    return manifest_of(
        {
            "provider": "hf",
            "unit": "textgen-lora",
            "version": 3,
            "id": "acme/textgen-lora-v3",
            "role": "textgen",
            "track": "release",
            "artifact": artifact,
            "license": "apache-2.0",
        }
    )
