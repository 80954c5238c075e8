"""Reads the part files of a sealed suite from where maintainers keep them."""

from pathlib import Path

from fedfuse.adapters.files import read_named
from fedfuse.adapters.stores import hf
from fedfuse.adapters.stores.store import Access
from fedfuse.errors import UsageError
from fedfuse.model.change import KIB
from fedfuse.model.mirror import MAIN

MAX_BYTES = 4096 * KIB
"""As large as a part file of a suite may be in git."""


def read(place: str, name: str, *, endpoint: str) -> bytes:
    """A file of a folder, or of a private repository `hf://OWNER/NAME` on the Hub.

    The Hub at `endpoint` is asked for its newest commit: whoever calls compares digests. Raises
    UsageError for a place or file that is not there, RemoteError when the Hub cannot be asked.
    """
    if not place.startswith(hf.STORE.scheme):
        return read_named(
            Path(place) / name, most=MAX_BYTES + 1, fix="name the folder with --items"
        )
    repo = hf.STORE.location_of(place)
    if not repo:
        what = f"--items {place!r:.200} is no repository on the Hub"
        raise UsageError(what, fix=f"write it like {hf.STORE.form}")
    return hf.read(repo, MAIN, name, Access(endpoint))
