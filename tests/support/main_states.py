"""A registry in operation, its mirror, and a node that follows it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from fedfuse.model.channel import Channels, parse
from tests.support import operating_registry
from tests.support.audits import named
from tests.support.cli_runner import Done, fedfuse
from tests.support.mirrors import FolderRig
from tests.support.nodes import current
from tests.support.operating_registry import land, promotion
from tests.support.published_registry import FIRST, SECOND
from tests.support.registry import RegistrySandbox


@dataclass
class MainState:
    """A registry whose second release is in production, its mirror, and a node that serves it."""

    box: RegistrySandbox
    root: Path
    rig: FolderRig

    def run(self, *words: str, clone: str = "clone") -> Done:
        """Run fedfuse in a clone."""
        return fedfuse(self.root / clone, *words)

    def pull(self, *what: str, registry: str = "../upstream.git") -> Done:
        """What a node runs on a timer; without a registry it trusts its mirror."""
        words = (*(what or ("--warm",)), "--to", "../node", "--from", "dir:../hub")
        return self.run("pull", *words, *(("--registry", registry) if registry else ()))

    def serves(self) -> str:
        """The release that the node serves."""
        return current(self.root / "node")

    def channels(self) -> Channels:
        """What the mirror says."""
        found = parse(self.rig.files()["channels.json"])
        assert found is not None
        return found

    def edit(self, channels: Channels) -> None:
        """Write channels into the mirror by hand."""
        self.rig.edit({"channels.json": channels.render()})

    def findings(self) -> list[str]:
        """The codes of what `audit --hub` finds."""
        return [code for _, code in named(self.run("audit", "--hub", "--format", "json"))]


def serving_the_second(original: Path, root: Path) -> MainState:
    """Everything below `root`; nobody has pulled yet."""
    box = operating_registry.copy(original, root)
    shutil.rmtree(root / "hub")  # a copied folder mirror has lost its links
    land(box, promotion(box, 1, FIRST))
    land(box, promotion(box, 2, SECOND))
    made = MainState(box, root, FolderRig(root / "hub"))
    assert made.run("mirror").code == 0
    return made
