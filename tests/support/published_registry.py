"""A registry with three releases and its bare upstream: made once, copied for every test."""

import shutil
from pathlib import Path

from tests.support.cli_runner import fedfuse
from tests.support.git_repositories import START
from tests.support.registry import RegistrySandbox

NAME = "acme-ai-federated"
FIRST, SECOND, THIRD = (f"{NAME}-v1.0.{patch}" for patch in range(3))
"""The releases: the first set, a better textgen, a better runtime with its benchmark."""


def publish(root: Path, *, releases: int = 3, **policy: object) -> None:
    """Make `root/clone` (with its artifacts) and `root/upstream.git`, and push the release tags."""
    box = RegistrySandbox.create(root / "clone", **policy)
    box.land_first_release()
    if releases > 1:
        box.land("hf/textgen-lora", 2, quality=0.95)
    if releases > 2:
        box.land("aws/runtime-distilled", 2, quality=0.95)
        box.land("aws/inference-benchmark", 2, subject="aws/runtime-distilled@v2", quality=0.95)
    box.git("init", "-q", "--bare", "-b", "main", str(root / "upstream.git"))
    box.git("remote", "add", "origin", "../upstream.git")
    box.git("push", "-q", "origin", "main")
    done = fedfuse(box.root, "release", "--no-mirror", "--quiet")
    assert done.code == 0, done.err


def copy(source: Path, root: Path) -> RegistrySandbox:
    """A private copy of everything `publish` made; returns its clone."""
    shutil.copytree(source, root, dirs_exist_ok=True)
    box = RegistrySandbox.__new__(RegistrySandbox)
    box.root, box.clock = root / "clone", START + 86_400
    return box
