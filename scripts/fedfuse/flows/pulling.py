"""Resolves what `fedfuse pull` was asked for: the source, and what anchors the release."""

from collections.abc import Callable
from pathlib import Path

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import UsageError
from fedfuse.flows import places
from fedfuse.flows.git_source import GitSource
from fedfuse.flows.ledger import fold_history
from fedfuse.flows.pull import Anchor, PullReport, pull
from fedfuse.flows.snapshot import REGISTRY_PATH, Snapshot


def pull_release(
    what: str, *, to: Path, source: str, expect: str, registry: str, root: Path
) -> PullReport:
    """Pull a tag or channel from a mirror, or from the clone at `root` when source is `git`.

    Without a source the `hub` of the registry at `root` is used. Raises UsageError when neither
    is given.
    """
    anchor = Anchor(expected=expect, registry_oid=_ask(registry) if registry else None)
    if source != "git":
        address = source or _hub(root)
        where = Path() if source else root
        return pull(places.mirror(address, root=where), what, to=to, anchor=anchor)
    with Repository(root) as repository:
        commit = repository.resolve(repository.main_ref())
        clone = GitSource(fold_history(repository, commit), commit)
        return pull(clone, what, to=to, anchor=anchor)


def _ask(registry: str) -> Callable[[str], str | None]:
    def tag_object(tag: str) -> str | None:
        return Remote(None, registry).tags(tag).get(tag)

    return tag_object


def _hub(root: Path) -> str:
    if WorkTree(root).read(REGISTRY_PATH) is None:
        raise UsageError(
            "there is no registry here to pull from", fix="add --from hf://OWNER/NAME or dir:PATH"
        )
    return Snapshot(WorkTree(root)).registry().hub
