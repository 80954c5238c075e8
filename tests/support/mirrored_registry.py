"""A registry with two releases, and its mirror: a repository on a loopback Hub, or a folder."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fedfuse_demo.hub.server import TOKEN, Fault, Seen
from tests.support import published_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.mirrors import REPO, FolderRig, Rig, hub_rig
from tests.support.registry import RegistrySandbox

ADDRESSES = {"hub": f"hf://{REPO}", "folder": "dir:../hub"}
UPSTREAM = "../upstream.git"
NOBODY = "http://127.0.0.1:9"
"""Where no Hub listens."""


@dataclass
class Stage:
    """A clone of the registry, its mirror, and a folder to pull into."""

    box: RegistrySandbox
    rig: Rig
    landing: Path

    @property
    def address(self) -> str:
        """The mirror as `--from` takes it, in the clone."""
        return ADDRESSES["hub" if self.rig.hub else "folder"]

    def run(self, *arguments: str) -> Done:
        """Run fedfuse in the clone."""
        return fedfuse(self.box.root, *arguments)

    def mirror(self) -> None:
        """Bring the mirror up to date."""
        done = self.run("mirror")
        assert done.code == 0, done.err

    def pull(self, what: str, *options: str, source: str = "") -> Done:
        """Pull into the landing folder."""
        words = ("--to", str(self.landing), "--from", source or self.address)
        return self.run("pull", what, *words, *options)

    def landed(self) -> dict[str, bytes]:
        """Every file of the landing folder but hidden ones."""
        files = (path for path in self.landing.rglob("*") if path.is_file())
        return {
            path.relative_to(self.landing).as_posix(): path.read_bytes()
            for path in files
            if not path.name.startswith(".")
        }

    def drop_tag(self, tag: str) -> None:
        """Delete a tag on the mirror."""
        if isinstance(self.rig, FolderRig):
            shutil.rmtree(self.rig.root / "tags" / tag)
        elif self.rig.hub:
            self.rig.hub.store.repository(REPO).delete_tag(tag)

    def add_tag(self, tag: str) -> None:
        """Tag the mirror's main by hand."""
        if isinstance(self.rig, FolderRig):
            shutil.copytree(self.rig.root / "main", self.rig.root / "tags" / tag)
        elif self.rig.hub:
            repository = self.rig.hub.store.repository(REPO)
            repository.tag(tag, repository.resolve("main"))


def publish(root: Path, kind: str) -> None:
    """Make the registry whose mirror is of a kind: `hub` or `folder`."""
    published_registry.publish(root, releases=2, hub=ADDRESSES[kind])


@contextmanager
def hub_stage(
    original: Path,
    root: Path,
    patch: pytest.MonkeyPatch,
    *,
    faults: Callable[[Seen], Fault | None] = lambda _: None,
) -> Iterator[Stage]:
    """A stage whose mirror will be on a loopback Hub that fails as planned."""
    patch.setenv("HF_HUB_DISABLE_XET", "1")
    patch.setenv("HF_TOKEN", TOKEN)
    with hub_rig(root / "hub", faults) as rig:
        assert rig.hub is not None
        patch.setenv("HF_ENDPOINT", rig.hub.endpoint)
        yield Stage(published_registry.copy(original, root), rig, root / "pulled")


def folder_stage(original: Path, root: Path) -> Stage:
    """A stage whose mirror will be in a folder."""
    return Stage(published_registry.copy(original, root), FolderRig(root / "hub"), root / "pulled")
