"""The operations of the loopback GitHub: checks, comments, issues, the repository itself.

Each function is named after the operation it answers, such as `checks_create` for
`checks/create`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.github.description import operations
from tests.github.store import NOW, PERSON, Account, Check, Comment, Store

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

    @property
    def repository(self) -> str:
        """OWNER/NAME in the path."""
        return f"{self.arguments['owner']}/{self.arguments['repo']}"

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


def refused(status: int, message: str, *errors: Mapping[str, str]) -> Answer:
    """A refusal in GitHub's form."""
    said: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return Answer(status, {**said, "errors": list(errors)} if errors else said)


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
    made = filled("issues/create")
    del made["pull_request"]  # only what is one has it
    place = f"repos/{request.repository}/issues/{issue['number']}"
    return {
        **made,
        **{key: issue[key] for key in ("number", "title", "state")},
        "body": issue.get("body"),
        "labels": [{**made["labels"][0], "name": name} for name in issue["labels"]],
        "user": account(issue["author"]),
        "url": f"{request.url}/{place}",
        "html_url": f"https://github.com/{place.removeprefix('repos/')}",
    }


def issues_list_for_repo(store: Store, request: Request) -> Answer:
    state = request.query.get("state", "open")
    labels = set(filter(None, request.query.get("labels", "").split(",")))
    found = [
        _issue(request, one)
        for one in store.issues
        if state in {"all", one["state"]} and labels <= set(one["labels"])
    ]
    return paged(request, found[::-1])


def issues_create(store: Store, request: Request) -> Answer:
    given = {"labels": [], **request.body, "author": request.account}
    issue = {**given, "number": store.new_id(), "state": "open"}
    store.issues.append(issue)
    return Answer(201, _issue(request, issue))


def issues_update(store: Store, request: Request) -> Answer:
    wanted = request.number("issue_number")
    issue = next((one for one in store.issues if one["number"] == wanted), None)
    if issue is None:
        return refused(404, "Not Found")
    issue.update(request.body)
    return Answer(200, _issue(request, issue))


def create_dispatch_event(store: Store, request: Request) -> Answer:
    store.dispatches.append({"client_payload": {}, **request.body})
    # the one event besides workflow_dispatch that GITHUB_TOKEN may start workflows with
    store.started.append(("repository_dispatch", request.body["event_type"]))
    return Answer(204)


HANDLERS: Mapping[str, Handler] = {
    "repos/get": repos_get,
    "repos/update": repos_update,
    "repos/create-dispatch-event": create_dispatch_event,
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
