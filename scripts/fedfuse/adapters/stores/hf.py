"""Artifacts in model repositories on a Hub."""

import re
from collections.abc import Sequence

from fedfuse.adapters.hub import Hub
from fedfuse.adapters.stores.stored import Held, Stored
from fedfuse.model.canonical import sha256
from fedfuse.model.manifest import ArtifactFile
from fedfuse.model.mirrored import FileId

MAX_FETCHED_BYTES = 10 * 1024 * 1024
"""Files beyond this are large files on every Hub, whose sha256 is in the metadata."""
_COMMIT = re.compile(r"[0-9a-f]{40}")


def look(
    repo: str,
    revision: str,
    files: Sequence[ArtifactFile],
    *,
    endpoint: str,
    token: str | None,
) -> Held | None:
    """The listed files of a repository at a commit; None when there is no such commit.

    A large file's sha256 comes from its metadata; any other, up to 10 MiB, is fetched at that
    commit and hashed. Raises RemoteError when the Hub cannot be reached or refuses.
    """
    if not _COMMIT.fullmatch(revision):
        return None
    hub = Hub(repo, endpoint=endpoint, token=token)
    listed = hub.files(revision, [file.path for file in files])
    if listed is None:
        return None
    declared = {file.path: file.size for file in files}
    held = {
        path: _fetched(hub, revision, path)
        if _worth_hashing(listed[path], declared[path])
        else Stored(listed[path].size, listed[path].sha256)
        for path in declared
        if path in listed
    }
    return Held(held, revision, publish="hf upload {path} again, so that it is stored as LFS")


def _worth_hashing(file: FileId, declared_size: int) -> bool:
    return not file.sha256 and file.size == declared_size and file.size <= MAX_FETCHED_BYTES


def _fetched(hub: Hub, revision: str, path: str) -> Stored:
    body = hub.read(revision, path, limit=MAX_FETCHED_BYTES)
    return Stored(len(body), sha256(body))
