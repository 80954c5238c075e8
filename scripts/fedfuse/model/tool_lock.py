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
    engines: Mapping[int, str]
    """Number of each engine that it has, to the digest of that engine (`fedfuse.engine.digest`)."""

    @property
    def clone_url(self) -> str:
        """What git fetches the tool's repository from."""
        return f"https://github.com/{self.repository}"

    @property
    def requirement(self) -> str:
        """What pip and pipx install exactly this tool from."""
        return f"git+{self.clone_url}@{self.commit}"

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
        engines={one["number"]: one["digest"] for one in tool["engines"]},
    )


def render(lock: ToolLock) -> str:
    """The file; reading it back gives the same lock."""
    engines = "".join(
        f'    - {{number: {number}, digest: "{digest}"}}\n'
        for number, digest in sorted(lock.engines.items())
    )
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
  engines: # rules that it has, each with the digest of its files
{engines}"""
