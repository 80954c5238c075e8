"""A kind of store: how it addresses artifacts, who vouches for their bytes, and what asks it.

A new store touches these files and its tests:

1. the engine's table of legal uris: one row
2. `adapters/stores/NAME.py`: its `Store`, the look-up, and how a file is read
3. `adapters/stores/roster.py`: one name
4. to 6. `schemas/{manifest,registry,fused-release}.v1.schema.json`: patterns that
   `tests/unit/test_stores.py` derives from the table and prints where they differ
7. `pyproject.toml`: the extra with the vendor's library, if there is one
8. `with-stores`, which workflows run: how the vendor takes GitHub's word, if it does
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from fedfuse.errors import RemoteError
from fedfuse.model.manifest import Artifact

PUBLIC_HUB = "https://huggingface.co"
MAX_READ_BYTES = 10 * 1024 * 1024
"""The largest file that is read and not only looked at."""


@dataclass(frozen=True, slots=True)
class Access:
    """How this machine reaches the stores."""

    hub_endpoint: str = PUBLIC_HUB
    hub_token: str | None = None
    """None: HF_TOKEN, a saved login, or none."""
    artifact_root: Path | None = None
    """Folder under which `dir:` artifacts lie; None where the registry does not allow them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One file as the store holds it."""

    size: int
    """Bytes."""
    sha256: str = ""
    """Empty when the store does not publish one."""


@dataclass(frozen=True, slots=True)
class Held:
    """The files a store holds at a revision, as far as the manifest lists them."""

    files: Mapping[str, Stored]
    revision: str
    """The revision these files really are."""
    not_plain: tuple[str, ...] = ()
    """Paths that are links or special files."""
    publish: str = ""
    """The command that publishes a file's sha256 where one is missing.

    `{path}` is the file and `{sha256}` the digest that the manifest lists.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One row of the table of stores."""

    scheme: str
    """How its uris begin."""
    form: str
    """How its uris look, in capitals what people fill in."""
    location: str
    """Pattern of what follows the scheme: no port, user, query, escape, dotted host or parent
    folder gets through."""
    revision: str
    """Pattern of a revision, which names the same bytes for ever."""
    revision_is: str
    """What a revision is, in words."""
    revision_length: int
    """Characters of the longest revision."""
    title: str
    """Name of the platform."""
    digest: str
    """Who knows a file's sha256, in a sentence."""
    look: Callable[[str, Artifact, Access], Held | None]
    """Ask for an artifact at a location; None when the store has none at that revision.

    Raises RemoteError when the store cannot be asked: that is never a pass.
    """
    read: Callable[[str, str, str, Access], bytes]
    """Read a small file at a location, a revision (empty: the newest) and a path.

    Raises RemoteError when the store has no such file or cannot be asked.
    """
    provider: str = ""
    """The provider that ships from it in a fresh registry; empty for a store of no platform."""
    prefix: str = ""
    """Where that provider's artifacts usually lie; `{}` is the namespace."""
    provider_declares: bool = False
    """Whether it knows a sha256 only because the provider wrote it there."""
    is_folder: bool = False
    """Whether its artifacts are folders below `artifact_root`, with their content as revision."""
    extra: str = ""
    """What `pip install 'fedfuse[EXTRA]'` needs to read it; empty for nothing."""
    variables: tuple[str, ...] = ()
    """Variables of the environment `release` by which workflows may read it."""

    @property
    def name(self) -> str:
        """The scheme without its punctuation."""
        return self.scheme.rstrip(":/")

    def location_of(self, uri: str) -> str:
        """What the store is asked for; empty for an address that it does not take."""
        rest = uri.removeprefix(self.scheme)
        plain = rest != uri and re.fullmatch(self.location, rest, re.ASCII)
        return rest.removesuffix("/") if plain else ""

    def has_revision(self, revision: str) -> bool:
        """Whether a revision has the form of this store's."""
        return bool(re.fullmatch(self.revision, revision, re.ASCII))


def library(name: str, *, scheme: str, libraries: str, extra: str) -> Any:
    """A vendor's module. Raises RemoteError, which names the extra, when it is not installed."""
    try:
        return import_module(name)
    except ImportError as err:
        are = "are" if " and " in libraries else "is"
        raise RemoteError(
            f"{scheme} artifacts are checked with {libraries}, which {are} not installed",
            fix=f"pip install 'fedfuse[{extra}]'",
        ) from err
