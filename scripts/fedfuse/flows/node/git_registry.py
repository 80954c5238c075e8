"""Asks the registry's git, so that a node need not believe its mirror."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from fedfuse.adapters.git import copy
from fedfuse.adapters.git.copy import Source
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import UsageError
from fedfuse.flows.history import event_files
from fedfuse.flows.history.ledger import Ledger, open_ledger
from fedfuse.flows.node.anchor import ProvenMain
from fedfuse.flows.releasing import publish

COPY = ".registry.git"
"""What a node keeps of the registry's history; whoever deletes it loses time and nothing else."""
_NEEDED = ("registry.yaml", "schemas/", "releases/", f"{event_files.FOLDER}/")
"""Where the files of main lie that say what serves."""
_RUNS_COMMANDS = re.compile(r"(?:ext|fd):(?::|//)", re.IGNORECASE)
"""Addresses that make git run a command or use an open file. Where file names ignore case, git
would run the same program under other letters, and what its settings forbid is one spelling."""


@dataclass(slots=True)
class GitRegistry:
    """The registry at an address. Raises UsageError for what is no address of a repository."""

    address: str
    folder: Path
    """The node's folder, which keeps the copy."""
    _tags: dict[str, str] | None = None
    _main: ProvenMain | None = field(default=None)

    def __post_init__(self) -> None:
        """Refuse an address that makes git run a command."""
        if _RUNS_COMMANDS.match(self.address):
            raise UsageError(
                f"{self.address!r:.100} is no address of a repository",
                fix="use https://HOST/PATH, ssh://HOST/PATH, HOST:PATH or a folder",
            )

    def tag_object(self, tag: str) -> str | None:
        """The object under a tag there; None for a tag that is not known. Asked once for all."""
        if self._tags is None:
            self._tags = Remote(None, self.address).tags("")
        return self._tags.get(tag)

    def main(self) -> ProvenMain:
        """Main and the channels it comes to. Costs the history that is new, without its files.

        Raises RemoteError when the registry cannot be read, RegistryError for a broken one.
        """
        if self._main is None:
            place = self.folder / COPY
            copy.refresh(place, Source(self.address, now=_NEEDED, ever=event_files.FOLDER))
            with Repository(place) as repository:
                self._tags = repository.local_tags("")
                commit = repository.resolve(_MAIN)
                self._main = proven_main(open_ledger(repository, commit), commit)
        return self._main


_MAIN = "refs/heads/main"


def proven_main(ledger: Ledger, commit: str) -> ProvenMain:
    """A commit of main with the channels that it comes to."""
    return ProvenMain(commit, publish.channels(ledger, commit=commit), ledger.line)
