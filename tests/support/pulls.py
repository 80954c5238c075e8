"""A bundle source that says whatever a test wants, and what a pull left on disc."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fedfuse.flows.node.anchor import Anchor
from fedfuse.flows.node.pull import PullReport
from fedfuse.model.bundle import Bundle
from fedfuse.model.mirror import FileId, Refs, file_id
from tests.support.bundles import tag_of


@dataclass
class Hostile:
    """A source that says whatever a test wants."""

    files: dict[str, bytes]
    channels: bytes = b""
    tags: dict[str, str] = field(default_factory=lambda: {tag_of("1.0.0"): "c1"})
    name: str = "hf://acme/hostile"
    sizes: dict[str, int] = field(default_factory=dict)

    def refs(self) -> Refs | None:
        """One commit, under every tag."""
        return Refs("head", self.tags)

    def tree(self, revision: str) -> Mapping[str, FileId]:
        """The same files everywhere."""
        del revision
        return {
            path: FileId(file_id(body).blob, self.sizes.get(path, len(body)))
            for path, body in self.files.items()
        }

    def read(self, revision: str, path: str, *, limit: int) -> bytes:
        """The file, or the channels."""
        del revision, limit
        return self.channels if path == "channels.json" else self.files[path]


def landed(folder: Path) -> dict[str, bytes]:
    """Everything under a folder, hidden files aside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def codes_of(report: PullReport) -> list[tuple[str, str]]:
    """Code and path within the bundle of every finding."""
    return [(f.code, f.path.split(f"@{report.tag}/")[-1]) for f in report.findings]


def anchored(made: Bundle) -> Anchor:
    """An anchor that knows the bundle's own tag object."""
    return Anchor(expected=made.tag_object)
