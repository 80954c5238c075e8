"""Every store that an artifact may lie in."""

from fedfuse.adapters.stores import folder, gs, hf, s3
from fedfuse.adapters.stores.store import Store

STORES: tuple[Store, ...] = (hf.STORE, gs.STORE, s3.STORE, folder.STORE)


def of_uri(uri: str) -> Store | None:
    """The store that a uri names by its scheme; None for an unknown one."""
    return next((store for store in STORES if uri.startswith(store.scheme)), None)
