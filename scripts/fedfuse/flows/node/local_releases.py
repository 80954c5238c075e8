"""A node's own disc as a source: what lies there and is still proven is not fetched again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fedfuse.adapters.node_folder import NodeFolder
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model.mirror import FileId, Refs, file_id


@dataclass(slots=True)
class LocalReleases:
    """A source, but for the releases that this folder has: their bytes come from the folder.

    Only if they still are what was pulled: the record rebuilds the tag object that was seen then,
    and vouches for every file. Otherwise, and for channels and refs, the source is asked.
    """

    source: BundleSource
    landing: NodeFolder
    _tags: Mapping[str, str] = field(default_factory=dict)
    """Commit of the source to its tag, as of the newest refs."""
    _read: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    """Commit to what the folder has for it."""

    @property
    def name(self) -> str:
        """As the source is called."""
        return self.source.name

    def refs(self) -> Refs | None:
        """The refs of the source."""
        refs = self.source.refs()
        self._tags = {commit: tag for tag, commit in refs.tags.items()} if refs else {}
        return refs

    def tree(self, revision: str) -> Mapping[str, FileId]:
        """The files of the release on disc, or of the source."""
        tag = self._tags.get(revision, "")
        found = self.landing.proven(tag)
        self._read[revision] = files = {} if isinstance(found, str) else found
        if files:
            return {path: file_id(body) for path, body in files.items()}
        return self.source.tree(revision)

    def read(self, revision: str, path: str, *, limit: int) -> bytes:
        """One file, from where `tree` found it."""
        body = self._read.get(revision, {}).get(path)
        return self.source.read(revision, path, limit=limit) if body is None else body
