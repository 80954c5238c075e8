"""The operations of the loopback GitHub on pull requests, and what the rulesets ask of a merge.

Each function is named after the operation it answers, such as `pulls_get` for `pulls/get`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.github.routes import Answer, Handler, Request, account, filled, paged, refused
from tests.github.store import ACTIONS, APP, Account, Pull, Store

VERDICT = "fedfuse/verdict"
"""The check that .github/rulesets/main-verdict.json asks of the App."""
_NOT_ALLOWED = {
    "merge": "Merge commits are not allowed on this repository.",
    "rebase": "Rebase merges are not allowed on this repository.",
}


def _pull(operation: str, store: Store, pull: Pull) -> dict[str, Any]:
    made = filled(operation, requested_teams=[], number=pull.number, title=pull.title)
    made |= {"body": pull.body, "draft": pull.draft, "state": "open" if pull.is_open else "closed"}
    made["closed_at"] = pull.ended
    made["merged_at"] = pull.ended if pull.merged_as else None
    made["merge_commit_sha"] = pull.merged_as or None
    made["user"] = account(Account(pull.author, pull.author_id))
    if pull.author in {APP.login, ACTIONS.login}:
        made["user"]["type"] = "Bot"
    made["html_url"] = f"https://github.com/{store.name}/pull/{pull.number}"
    made["head"] = _end(made["head"], pull.repository, pull.branch, sha=pull.head)
    made["head"]["repo"]["fork"] = pull.repository != store.name
    tip = store.bare.heads().get(pull.base) if store.bare else None
    made["base"] = _end(made["base"], store.name, pull.base, sha=tip or made["base"]["sha"])
    if "merged" in made:
        made["merged"] = bool(pull.merged_as)
        made["merged_by"] = made["merged_by"] if pull.merged_as else None
    return made


def _end(example: Mapping[str, Any], repository: str, branch: str, *, sha: str) -> dict[str, Any]:
    owner, _, name = repository.partition("/")
    repo = {**example["repo"], "name": name, "full_name": repository}
    return {**example, "label": f"{owner}:{branch}", "ref": branch, "sha": sha, "repo": repo}


def pulls_get(store: Store, request: Request) -> Answer:
    pull = store.pulls.get(request.number("pull_number"))
    return Answer(200, _pull("pulls/get", store, pull)) if pull else refused(404, "Not Found")


def pulls_list(store: Store, request: Request) -> Answer:
    query = request.query
    state = query.get("state", "open")
    newest = sorted(store.pulls.values(), key=lambda pull: pull.number, reverse=True)
    found = [
        _pull("pulls/list", store, pull)
        for pull in newest
        if state in {"all", "open" if pull.is_open else "closed"}
        and query.get("head", pull.label) == pull.label
        and query.get("base", pull.base) == pull.base
    ]
    return paged(request, found)


def pulls_list_reviews(store: Store, request: Request) -> Answer:
    states = store.reviews.get(request.number("pull_number"), [])
    return paged(request, [filled("pulls/list-reviews", state=state) for state in states])


def pulls_create(store: Store, request: Request) -> Answer:
    body = request.body
    if request.account == ACTIONS and not store.workflow_token["can_approve_pull_request_reviews"]:
        said = "GitHub Actions is not permitted to create or approve pull requests."
        return refused(403, said)
    owner, _, branch = body["head"].rpartition(":")
    name = body.get("head_repo", request.arguments["repo"])  # of two that one owner has
    made = Pull(
        number=0,
        head="",
        author_id=request.account.id,
        author=request.account.login,
        repository=f"{owner or request.arguments['owner']}/{name}",
        branch=branch,
        base=body["base"],
        title=body.get("title", ""),
        body=body.get("body"),
        draft=body.get("draft", False),
    )
    error = next(_errors(store, made), None)
    if error:
        return refused(422, "Validation Failed", {"resource": "PullRequest", **error})
    made.number = store.new_id()
    store.pulls[made.number] = made
    store.move(made, store.git().heads()[branch])
    store.start(request.account, "pull_request.opened", made.number)
    return Answer(201, _pull("pulls/create", store, made))


def _errors(store: Store, pull: Pull) -> Iterator[Mapping[str, str]]:
    heads = store.git().heads()
    if not pull.title:
        yield {"field": "title", "code": "missing_field"}
    if pull.repository != store.name or pull.branch not in heads:
        yield {"field": "head", "code": "invalid"}
    elif pull.base not in heads:
        yield {"field": "base", "code": "invalid"}
    elif store.git().has(heads[pull.branch], within=heads[pull.base]):
        said = f"No commits between {pull.base} and {pull.branch}"
        yield {"code": "custom", "message": said}
    if any(one.is_open and one.ends == pull.ends for one in store.pulls.values()):
        yield {"code": "custom", "message": f"A pull request already exists for {pull.label}."}


def pulls_update(store: Store, request: Request) -> Answer:
    """Change title or body, or close; nothing is opened again or gets another base here."""
    pull, body = store.pulls.get(request.number("pull_number")), request.body
    if pull is None:
        return refused(404, "Not Found")
    opens = body.get("state") == "open" and not pull.is_open
    if opens or body.get("base", pull.base) != pull.base:
        return refused(422, "Validation Failed", {"resource": "PullRequest", "code": "invalid"})
    if pull.is_open and body.get("state") == "closed":
        pull.is_open, pull.ended = False, store.now
    pull.title, pull.body = body.get("title", pull.title), body.get("body", pull.body)
    if body.keys() & {"title", "body"}:
        store.start(request.account, "pull_request.edited", pull.number)
    return Answer(200, _pull("pulls/update", store, pull))


def pulls_merge(store: Store, request: Request) -> Answer:
    pull, body = store.pulls.get(request.number("pull_number")), request.body
    if pull is None:
        return refused(404, "Not Found")
    refusal = _state_refuses(pull, body) or _rules_refuse(store, request.account, pull)
    if refusal:
        return refusal
    title = body.get("commit_title") or f"{pull.title} (#{pull.number})"
    message = f"{title}\n\n{body.get('commit_message', '')}".strip()
    pull.merged_as = store.git().squash(pull.head, pull.base, message=message, at=store.now)
    pull.is_open, pull.ended = False, store.now
    store.start(request.account, "push", f"refs/heads/{pull.base}")
    return Answer(200, filled("pulls/merge", sha=pull.merged_as))


def _state_refuses(pull: Pull, body: Mapping[str, str]) -> Answer | None:
    if not pull.is_open:
        return refused(405, "Pull Request is not mergeable")
    if pull.draft:
        return refused(405, "Pull Request is still a draft")
    if said := _NOT_ALLOWED.get(body.get("merge_method", "merge")):
        return refused(405, said)
    if body.get("sha", pull.head) != pull.head:
        return refused(409, "Head branch was modified. Review and try the merge again.")
    return None


def _rules_refuse(store: Store, who: Account, pull: Pull) -> Answer | None:
    broken = "\n\n".join(_broken_rules(store, who, pull))
    return refused(405, f"Repository rule violations found\n\n{broken}") if broken else None


def _broken_rules(store: Store, who: Account, pull: Pull) -> Iterator[str]:
    if who != APP and "APPROVED" not in store.reviews.get(pull.number, []):
        yield "At least 1 approving review is required by reviewers with write access."
    verdicts = [
        check
        for check in store.checks
        if (check.name, check.head, check.author) == (VERDICT, pull.head, APP)
    ]
    is_green = verdicts[-1:] and verdicts[-1].fields.get("conclusion") == "success"
    # GitHub says the same of a green check when the head is behind: it expects one on a newer head
    if not is_green or not store.git().has(store.git().heads()[pull.base], within=pull.head):
        yield f'Required status check "{VERDICT}" is expected.'


HANDLERS: Mapping[str, Handler] = {
    "pulls/get": pulls_get,
    "pulls/list": pulls_list,
    "pulls/list-reviews": pulls_list_reviews,
    "pulls/create": pulls_create,
    "pulls/update": pulls_update,
    "pulls/merge": pulls_merge,
}
