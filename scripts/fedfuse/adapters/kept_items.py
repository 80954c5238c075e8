"""Reads the part files of a sealed suite from where maintainers keep them."""

from pathlib import Path

from fedfuse.adapters.files import read_named
from fedfuse.adapters.stores import roster
from fedfuse.adapters.stores.store import MAX_READ_BYTES, Access
from fedfuse.errors import UsageError


def read(place: str, name: str, *, endpoint: str) -> bytes:
    """A file of a folder on this machine, or at an address of a store, as `hf://OWNER/NAME`.

    The newest one: whoever calls compares digests. `endpoint` is the Hub's address. Raises
    UsageError for a place that is none, RemoteError when a store has no such file or cannot be
    asked.
    """
    store = roster.of_uri(place)
    if store is None or store.is_folder:
        fix = "say with --items where the part files are"
        return read_named(Path(place) / name, most=MAX_READ_BYTES + 1, fix=fix)
    location = store.location_of(place)
    if not location:
        what = f"--items {place!r:.200} is no address of a store"
        raise UsageError(what, fix=f"write it like {store.form}")
    return store.read(location, "", name, Access(endpoint))
