"""fedfuse.lock: the one tool that judges a registry which holds no copy of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PATH = "fedfuse.lock"
ACTIONS = ".github/actions"
"""Where the tool's repository keeps the actions that workflows call."""


@dataclass(frozen=True, slots=True)
class ToolLock:
    """The tool by its place, its commit and its content."""

    repository: str
    """`OWNER/NAME` on the code host."""
    commit: str
    """40 hex digits."""
    version: str
    digest: str
    """sha256 of the package's files, as `fedfuse.adapters.tool.digest` computes it."""
    engines: tuple[int, ...]
    """The judging and record formats it has."""

    @property
    def requirement(self) -> str:
        """What pip and pipx install exactly this tool from."""
        return f"git+https://github.com/{self.repository}@{self.commit}"

    def action(self, name: str) -> str:
        """What a workflow writes behind `uses:` to call an action of this tool."""
        return f"{self.repository}/{ACTIONS}/{name}@{self.commit} # v{self.version}"


def from_document(raw: Mapping[str, Any]) -> ToolLock:
    """The lock in a document that its schema accepts; never raises for such a document."""
    tool = raw["tool"]
    return ToolLock(
        repository=tool["repository"],
        commit=tool["commit"],
        version=tool["version"],
        digest=tool["digest"],
        engines=tuple(tool["engines"]),
    )


def render(lock: ToolLock) -> str:
    """The file; reading it back gives the same lock."""
    engines = ", ".join(map(str, lock.engines))
    return f"""\
# yaml-language-server: $schema=schemas/lock.v1.schema.json
# The tool that judges this registry. The workflows call it at this commit, and stop when its files
# have another digest. The lock and the workflows change together, in a pull request of their own.
apiVersion: fedfuse/v1
kind: Lock
tool:
  repository: {lock.repository}
  commit: "{lock.commit}"
  version: "{lock.version}"
  digest: "{lock.digest}"
  engines: [{engines}] # judging and record formats that it has
"""
