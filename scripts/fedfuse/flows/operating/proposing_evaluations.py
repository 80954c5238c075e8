"""Brings the registry's Evaluations to people, and knows its own ones again."""

import hashlib
import hmac
from collections.abc import Mapping

from fedfuse.adapters.git.commits import commit_files
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.github import GitHub
from fedfuse.flows.authoring.eval_setup import Items
from fedfuse.flows.history.draft_tree import DraftTree
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.events import BRANCHES
from fedfuse.flows.operating.measuring import Due
from fedfuse.flows.operating.proposing import Proposal, Request, propose_request
from fedfuse.model import evaluation
from fedfuse.model.change import data_file
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.suite import Suite

_MAX_TITLE = 100


def proposed(
    main_state: MainState, wanted: Due, items: Items, remote: Remote
) -> Mapping[str, bytes]:
    """What the branch on the remote holds of what is due, so that nothing is measured twice.

    Whoever may push can write that branch, a provider for one. So an Evaluation counts only with a
    proof in the commit's message that nobody can make who has not the items.
    """
    there = remote.branch(branch(wanted.suite))
    if not there:
        return {}
    remote.fetch(there)
    repository, base = main_state.ledger.repository, main_state.base
    said = repository.objects.read(there).decode("utf-8", "replace").splitlines()
    key, found = _key(wanted.suite, items), {}
    for ref in wanted.refs:
        stem = evaluation.stem(REGISTRY, ref, base.next_evaluation(REGISTRY, ref))
        paths = (f"{stem}.csv", f"{stem}.yaml")
        bodies = {path: repository.read_at(there, path) or b"" for path in paths}
        head = DraftTree(base.tree, bodies)
        read = base.engine.read_evaluation(paths[1], head=head, base=base, unusable=lambda _: False)
        if read.suite and read.suite.sealed and _proof(key, stem, bodies) in said:
            found.update(bodies)
    return found


def branch(suite: Suite) -> str:
    """The branch of the pull request: one for all that a suite measures."""
    return f"{BRANCHES}evaluate-{suite.name}-v{suite.version}"


def propose(
    main_state: MainState,
    wanted: Due,
    made: Mapping[str, bytes],
    items: Items,
    remote: Remote,
    github: GitHub | None,
) -> Proposal:
    """Propose the Evaluations in one pull request, as `propose_request` does."""
    title = f"evaluations: {', '.join(wanted.refs)}"
    title = title if len(title) <= _MAX_TITLE else f"evaluations: {len(wanted.refs)} versions"
    paths = [path for path in made if path.endswith(".yaml")]
    key, stems = _key(wanted.suite, items), [path.removesuffix(".yaml") for path in paths]
    proofs = "\n".join(_proof(key, stem, made) for stem in stems)
    wish = commit_files(
        main_state.ledger.repository, made, parent=main_state.commit, message=f"{title}\n\n{proofs}"
    )
    measured = "".join(f"- `{path}`\n" for path in paths if data_file(path))
    body = (
        f"The registry's own measurement on the sealed suite {wanted.suite.label}. What it comes "
        f"to is in the report of `check`.\n\n{measured}"
    )
    request = Request(
        branch=branch(wanted.suite),
        title=title,
        make=lambda: wish,
        stays=lambda there: there == wish,
        body=lambda _: body,
        shows=lambda text, _: all(path in text for path in paths),
    )
    return propose_request(main_state, request, remote, github)


def _key(suite: Suite, items: Items) -> bytes:
    """What only those know who have the items, salts included."""
    return hashlib.sha256(b"".join(items(f"{part}.jsonl") for part in suite.parts)).digest()


def _proof(key: bytes, stem: str, files: Mapping[str, bytes]) -> str:
    """A line that vouches for one Evaluation with its evidence."""
    digests = (hashlib.sha256(files[f"{stem}.{kind}"]).hexdigest() for kind in ("csv", "yaml"))
    text = " ".join((stem, *digests))
    return f"measured: {stem} {hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"
