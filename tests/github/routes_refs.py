"""The operations of the loopback GitHub on git refs."""

from collections.abc import Mapping

from tests.github.routes import Answer, Handler, Request, filled, refused
from tests.github.store import ACTIONS, APP, Store

BOTS = "fedfuse/"
"""Where the branches of the App and of Actions are: theirs alone, and the only ones they have."""


def get_ref(store: Store, request: Request) -> Answer:
    ref = request.arguments["ref"]
    oid = store.tags.get(ref.removeprefix("tags/"))
    if oid is None:
        return refused(404, "Not Found")
    made = filled("git/get-ref", ref=f"refs/{ref}")
    return Answer(200, {**made, "object": {**made["object"], "type": "tag", "sha": oid}})


def delete_ref(store: Store, request: Request) -> Answer:
    """Delete a branch; main and tags stay, by the rulesets."""
    ref = request.arguments["ref"]
    if ref not in store.git().refs("refs/"):
        return refused(422, "Reference does not exist")
    branch = ref.removeprefix("heads/")
    is_bot = request.account in {APP, ACTIONS}
    if branch in {ref, store.default_branch} or is_bot != branch.startswith(BOTS):
        return refused(422, f"Repository rule violations found\n\nCannot delete refs/{ref}")
    store.git().delete(f"refs/{ref}")
    store.pushed(request.account)
    return Answer(204)


HANDLERS: Mapping[str, Handler] = {"git/get-ref": get_ref, "git/delete-ref": delete_ref}
