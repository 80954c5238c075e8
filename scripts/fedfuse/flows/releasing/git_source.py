"""A clone of the registry as a source of bundles: the same files a mirror would hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fedfuse.errors import RemoteError
from fedfuse.flows.history.ledger import Ledger
from fedfuse.flows.releasing import publish
from fedfuse.model.bundle import Bundle
from fedfuse.model.mirror import CHANNELS, FileId, Refs, file_id


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
        """The head of main, and every release tag under its own object id."""
        known = self.ledger.tagged.refs
        return Refs(self.commit, {tag: known[tag] for tag in self.ledger.believed()})

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
        if revision not in self._built:
            self._built[revision] = self._bundle(revision)
        return self._built[revision].files

    def _bundle(self, oid: str) -> Bundle:
        tag = next((tag for tag, known in self.refs().tags.items() if known == oid), "")
        release = self.ledger.release(tag)
        if release is None:
            raise RemoteError(
                f"{self.name}: {tag or oid} is no release of main", fix="fedfuse audit says why"
            )
        return publish.bundle_of(self.ledger.repository, release)
