"""Artifacts in model repositories on a Hub."""

from typing import TYPE_CHECKING

from fedfuse.adapters.stores.store import MAX_READ_BYTES, Access, Held, Store, Stored
from fedfuse.model.canonical import sha256
from fedfuse.model.manifest import Artifact
from fedfuse.model.mirror import MAIN, FileId

if TYPE_CHECKING:
    from fedfuse.adapters.hub import Hub


def look(repo: str, artifact: Artifact, access: Access) -> Held | None:
    """The listed files of a repository at a commit; None when there is no such commit.

    A large file's sha256 comes from its metadata; any other, up to 10 MiB, is fetched at that
    commit and hashed. Raises RemoteError when the Hub cannot be reached or refuses.
    """
    if not STORE.has_revision(artifact.revision):
        return None
    from fedfuse.adapters.hub import Hub  # noqa: PLC0415 - loads the Hub client

    revision = artifact.revision
    hub = Hub(repo, endpoint=access.hub_endpoint, token=access.hub_token)
    listed = hub.files(revision, [file.path for file in artifact.files])
    if listed is None:
        return None
    declared = {file.path: file.size for file in artifact.files}
    held = {
        path: _fetched(hub, revision, path)
        if _worth_hashing(listed[path], declared[path])
        else Stored(listed[path].size, listed[path].sha256)
        for path in declared
        if path in listed
    }
    return Held(held, revision, publish="hf upload {path} again, so that it is stored as LFS")


def read(repo: str, revision: str, path: str, access: Access) -> bytes:
    """A file of a repository, at a commit or the newest. Raises RemoteError as `look` does."""
    from fedfuse.adapters.hub import Hub  # noqa: PLC0415 - loads the Hub client

    hub = Hub(repo, endpoint=access.hub_endpoint, token=access.hub_token)
    return hub.read(revision or MAIN, path, limit=MAX_READ_BYTES)


def _worth_hashing(file: FileId, declared_size: int) -> bool:
    return not file.sha256 and file.size == declared_size and file.size <= MAX_READ_BYTES


def _fetched(hub: "Hub", revision: str, path: str) -> Stored:
    body = hub.read(revision, path, limit=MAX_READ_BYTES)
    return Stored(len(body), sha256(body))


_PART = r"[A-Za-z0-9][\w.-]{0,95}"
STORE = Store(
    scheme="hf://",
    form="hf://OWNER/NAME",
    location=f"{_PART}/{_PART}",
    revision="(?!0+$)[0-9a-f]{40}",
    revision_is="the commit on the Hub, 40 lower-case hex digits",
    revision_length=40,
    title="Hugging Face",
    digest="The Hub computes the sha256 of large files; smaller ones are fetched and hashed.",
    look=look,
    read=read,
    provider="hf",
    prefix="hf://{}/",
    variables=("HF_TOKEN",),
)
