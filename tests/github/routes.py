"""The operations of the loopback GitHub: pull requests, checks, comments, issues.

Each function is named after the operation it answers, such as `pulls_get` for `pulls/get`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.github.description import operations
from tests.github.store import NOW, PERSON, Account, Check, Comment, Pull, Store

BATCH = 50
"""Annotations that GitHub takes in one request."""


@dataclass(frozen=True)
class Request:
    """What a client asks for."""

    arguments: Mapping[str, str]
    """The values in the path."""
    query: Mapping[str, str]
    body: Any
    data: bytes
    account: Account
    url: str
    """The server's own address."""

    def number(self, name: str) -> int:
        """A number in the path."""
        return int(self.arguments[name])


@dataclass(frozen=True)
class Answer:
    """Status, JSON body (None for none) and headers."""

    status: int
    body: Any = None
    headers: Mapping[str, str] | None = None


Handler: TypeAlias = Callable[[Store, Request], Answer]


def refused(status: int, message: str, *, code: str = "") -> Answer:
    """A refusal in GitHub's form."""
    said: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    if code:
        said["errors"] = [{"resource": "Release", "code": code, "field": "tag_name"}]
    return Answer(status, said)


def filled(operation: str, **values: Any) -> dict[str, Any]:
    """The official example of an operation's answer with some values replaced."""
    example = operations()[operation].example()
    first = example[0] if isinstance(example, list) else example
    return {**first, **values}


def paged(request: Request, items: Sequence[Any], *, key: str = "") -> Answer:
    """One page of a list, with GitHub's link to the next one."""
    size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
    part = list(items[(page - 1) * size : page * size])
    link = {"Link": f'<{request.url}/next?page={page + 1}>; rel="next"'}
    headers = link if page * size < len(items) else {}
    return Answer(200, {"total_count": len(items), key: part} if key else part, headers)


def account(who: Account) -> dict[str, Any]:
    """An account as it stands in comments."""
    example = filled("issues/get-comment")["user"] if "issues/get-comment" in operations() else {}
    return {**example, "login": who.login, "id": who.id, "type": "Bot" if who.app else "User"}


def repos_get(store: Store, _: Request) -> Answer:
    body = filled(
        "repos/get", full_name=store.name, default_branch=store.default_branch, language="Python"
    )
    return Answer(200, {k: v for k, v in body.items() if k not in {"source", "parent"}})


def repos_update(store: Store, request: Request) -> Answer:
    store.default_branch = request.body.get("default_branch", store.default_branch)
    return repos_get(store, request)


def _pull(operation: str, pull: Pull) -> dict[str, Any]:
    made = filled(operation, number=pull.number, requested_teams=[])
    made["head"] = {**made["head"], "sha": pull.head}
    made["user"] = {**made["user"], "login": pull.author, "id": pull.author_id}
    return made


def pulls_get(store: Store, request: Request) -> Answer:
    pull = store.pulls.get(request.number("pull_number"))
    return Answer(200, _pull("pulls/get", pull)) if pull else refused(404, "Not Found")


def pulls_list(store: Store, request: Request) -> Answer:
    newest = sorted(store.pulls.values(), key=lambda pull: pull.number, reverse=True)
    return paged(request, [_pull("pulls/list", pull) for pull in newest])


def pulls_list_reviews(store: Store, request: Request) -> Answer:
    states = store.reviews.get(request.number("pull_number"), [])
    return paged(request, [filled("pulls/list-reviews", state=state) for state in states])


def _comment(comment: Comment) -> dict[str, Any]:
    return filled(
        "issues/list-comments", id=comment.id, body=comment.body, user=account(comment.author)
    )


def issues_list_comments(store: Store, request: Request) -> Answer:
    number = request.number("issue_number")
    return paged(request, [_comment(one) for one in store.comments if one.number == number])


def issues_create_comment(store: Store, request: Request) -> Answer:
    made = store.comment(request.number("issue_number"), request.account, request.body["body"])
    return Answer(201, _comment(made))


def issues_update_comment(store: Store, request: Request) -> Answer:
    wanted = request.number("comment_id")
    comment = next((one for one in store.comments if one.id == wanted), None)
    if comment is None:
        return refused(404, "Not Found")
    comment.body = request.body["body"]
    comment.edits += 1
    return Answer(200, _comment(comment))


def _check(check: Check) -> dict[str, Any]:
    made = filled("checks/create", id=check.id, name=check.name, head_sha=check.head)
    made["status"] = check.fields.get("status", "queued")
    made["conclusion"] = check.fields.get("conclusion")
    made["completed_at"] = NOW if check.fields.get("conclusion") else None
    made["external_id"] = check.fields.get("external_id")
    count = len(check.annotations)
    made["output"] = {**made["output"], **check.output, "annotations_count": count}
    made["app"] = {**made["app"], "slug": check.author.app, "id": check.author.app_id}
    return made


def checks_create(store: Store, request: Request) -> Answer:
    if request.account.app == PERSON.app:
        return refused(403, "You must authenticate via a GitHub App.")
    fields = dict(request.body)
    check = Check(
        store.new_id(), fields.pop("head_sha"), fields.pop("name"), request.account, fields
    )
    store.checks.append(check)
    check.annotations += fields["output"].pop("annotations", [])
    return Answer(201, _check(check))


def checks_update(store: Store, request: Request) -> Answer:
    wanted = request.number("check_run_id")
    check = next((one for one in store.checks if one.id == wanted), None)
    if check is None or check.author != request.account:
        return refused(404 if check is None else 403, "Invalid app_id: it is another App's check")
    check.annotations += request.body["output"].pop("annotations", [])
    check.fields.update(request.body)
    check.requests += 1
    return Answer(200, _check(check))


def checks_list_for_ref(store: Store, request: Request) -> Answer:
    newest: dict[tuple[str, str], Check] = {}
    for one in store.checks:
        if one.head == request.arguments["ref"] and request.query["check_name"] == one.name:
            newest[one.author.app, one.name] = one
    found = sorted(newest.values(), key=lambda one: one.id, reverse=True)
    return paged(request, [_check(one) for one in found], key="check_runs")


def _issue(request: Request, issue: Mapping[str, Any]) -> dict[str, Any]:
    made = filled("issues/create", **{**issue, "labels": []})
    return {**made, "url": f"{request.url}/repos/acme/registry/issues/{issue['number']}"}


def issues_list_for_repo(store: Store, request: Request) -> Answer:
    state = request.query.get("state", "open")
    labels = set(filter(None, request.query.get("labels", "").split(",")))
    found = [
        _issue(request, one)
        for one in store.issues
        if one["state"] == state and labels <= set(one["labels"])
    ]
    return paged(request, found)


def issues_create(store: Store, request: Request) -> Answer:
    issue = {"labels": [], **request.body, "number": store.new_id(), "state": "open"}
    store.issues.append(issue)
    return Answer(201, _issue(request, issue))


def issues_update(store: Store, request: Request) -> Answer:
    wanted = request.number("issue_number")
    issue = next((one for one in store.issues if one["number"] == wanted), None)
    if issue is None:
        return refused(404, "Not Found")
    issue.update(request.body)
    return Answer(200, _issue(request, issue))


HANDLERS: Mapping[str, Handler] = {
    "repos/get": repos_get,
    "repos/update": repos_update,
    "pulls/get": pulls_get,
    "pulls/list": pulls_list,
    "pulls/list-reviews": pulls_list_reviews,
    "issues/list-comments": issues_list_comments,
    "issues/create-comment": issues_create_comment,
    "issues/update-comment": issues_update_comment,
    "checks/create": checks_create,
    "checks/update": checks_update,
    "checks/list-for-ref": checks_list_for_ref,
    "issues/list-for-repo": issues_list_for_repo,
    "issues/create": issues_create,
    "issues/update": issues_update,
}
