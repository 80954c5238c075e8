"""A clone of the registry as a source of bundles: the same files a mirror would hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fedfuse.errors import RemoteError
from fedfuse.flows import publish
from fedfuse.flows.ledger import Ledger
from fedfuse.model.bundle import Bundle
from fedfuse.model.mirrored import CHANNELS, FileId, Refs, file_id


@dataclass(slots=True)
class GitSource:
    """Bundles rebuilt from a clone. Its one branch holds only the channels."""

    ledger: Ledger
    commit: str
    """Commit of main that the channels are computed from."""
    _built: dict[str, Bundle] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How people call it."""
        return f"git:{self.ledger.repository.root}"

    def refs(self) -> Refs:
        """Every sound release tag under its own object id."""
        return Refs(self.commit, {one.tag: one.oid for one in self.ledger.tagged.sound()})

    def tree(self, revision: str) -> Mapping[str, FileId]:
        """The files of a release's bundle, or of the branch."""
        return {path: file_id(body) for path, body in self._files(revision).items()}

    def read(self, revision: str, path: str, *, limit: int) -> bytes:
        """One file. Raises RemoteError when there is none or it is longer than `limit` bytes."""
        body = self._files(revision).get(path)
        if body is None or len(body) > limit:
            raise RemoteError(f"{self.name} has no {path} of at most {limit} bytes")
        return body

    def _files(self, revision: str) -> Mapping[str, bytes]:
        if revision == self.commit:
            channels = publish.channels(self.ledger, commit=self.commit)
            return {CHANNELS: channels.located(self.refs().tags).render()}
        tag = next((t for t, oid in self.refs().tags.items() if revision in {t, oid}), revision)
        if tag not in self._built:
            release = self.ledger.tagged.get(tag)
            if release is None:
                raise RemoteError(f"{self.name} has no release {tag}", fix="git fetch --tags")
            self._built[tag] = publish.bundle_of(self.ledger.repository, release)
        return self._built[tag].files
