"""What `fedfuse node render` writes, for tests: a release, its endpoints, and the documents."""

from pathlib import Path
from typing import Any

import yaml

from tests.support.cli_runner import Done, fedfuse

IMAGE = f"registry.example.com/fedfuse@sha256:{'ab' * 32}"
HUB = "hf://acme/acme-ai-federated"


def kubernetes(root: Path, *words: str) -> Done:
    """Render for Kubernetes what lies in the folder."""
    given = ("--image", IMAGE, "--from", HUB, *words)
    return fedfuse(root, "node", "render", ".", "--for", "kubernetes", *given)


def documents(text: str) -> dict[str, dict[str, Any]]:
    """Each document by its kind."""
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


def container(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The one container of the Deployment."""
    (only,) = made["Deployment"]["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = only
    return found
