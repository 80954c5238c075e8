"""The only speaker of GitHub's REST API: what fedfuse reads and writes in one repository."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote

from fedfuse.adapters.github_http import Session
from fedfuse.errors import RemoteError, UsageError
from fedfuse.model.github import CheckState, PostedComment, Written
from fedfuse.model.pull_request import Issue, PullRequest
from fedfuse.model.release_page import Asset, HostedRelease

T = TypeVar("T")
_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")


class GitHub:
    """One repository on a GitHub.

    Every method raises RemoteError, with a fix where there is one, when GitHub cannot be reached,
    refuses, or answers something else than its documentation says.
    """

    def __init__(self, repository: str, session: Session) -> None:
        """`repository` is OWNER/NAME; raises UsageError for another form."""
        if not _REPOSITORY.fullmatch(repository):
            raise UsageError(f"{repository!r} is no repository", fix="write it as OWNER/NAME")
        self.name = repository
        self._session = session
        self._root = f"/repos/{repository}"

    def pull_request(self, number: int) -> PullRequest:
        """A pull request as it is now."""
        with self._reading():
            return _pull(self._session.get(f"{self._root}/pulls/{number}"))

    def pull_requests(self, *, branch: str = "", state: str = "open") -> tuple[PullRequest, ...]:
        """The pull requests into main, newest first: all, or those from a branch of its own.

        `state` is open, closed or all.
        """
        wanted = {"head": f"{self.name.partition('/')[0]}:{branch}"} if branch else {}
        return self._list(_pull, "pulls", state=state, base="main", **wanted)

    def create_pull_request(self, branch: str, *, title: str, body: str) -> Written[PullRequest]:
        """Ask to merge a branch into main."""
        fields = {"head": branch, "base": "main", "title": title, "body": body}
        return self._once(_pull, "POST", "pulls", fields)

    def edit_pull_request(self, number: int, *, title: str, body: str) -> None:
        """Replace what a pull request says of itself."""
        self._session.change(
            "PATCH", f"{self._root}/pulls/{number}", {"title": title, "body": body}
        )

    def merge(self, number: int, *, head: str, title: str) -> None:
        """Squash a pull request into main, if its head is still the one given.

        Raises RemoteError when GitHub refuses, as it does for a head that moved or is behind main.
        """
        fields = {"sha": head, "merge_method": "squash", "commit_title": title}
        try:
            done = self._session.once("PUT", f"{self._root}/pulls/{number}/merge", fields)
        except RemoteError:
            if not self.pull_request(number).is_merged:  # somebody else may have been first
                raise
            return
        if done.value is None and not self.pull_request(number).is_merged:
            raise RemoteError(
                f"{self._session.host} did not merge pull request {number} ({done.problem})",
                fix="run the same command again later",
            )

    def newest_heads(self, count: int) -> tuple[str, ...]:
        """The heads of the pull requests changed last, newest first; `count` is at most 100."""
        with self._reading():
            raw = self._session.get(
                f"{self._root}/pulls", state="all", sort="updated", direction="desc", per_page=count
            )
            return tuple(str(pull["head"]["sha"]) for pull in raw)

    def has_settled_review(self, number: int) -> bool:
        """Whether anybody approved the pull request.

        A dismissed review counts too: pushing dismisses approvals before any check has run, and
        GitHub does not tell what a dismissed review had said.
        """
        states = self._list(lambda review: review["state"], f"pulls/{number}/reviews")
        return not {"APPROVED", "DISMISSED"}.isdisjoint(states)

    def comments(self, number: int) -> tuple[PostedComment, ...]:
        """Every comment of a pull request, oldest first."""
        return self._list(_comment, f"issues/{number}/comments")

    def create_comment(self, number: int, body: str) -> Written[PostedComment]:
        """Comment on a pull request."""
        return self._once(_comment, "POST", f"issues/{number}/comments", {"body": body})

    def edit_comment(self, comment_id: int, body: str) -> None:
        """Replace the text of a comment."""
        self._session.change("PATCH", f"{self._root}/issues/comments/{comment_id}", {"body": body})

    def issues(self, label: str, *, state: str = "open") -> tuple[Issue, ...]:
        """The issues with a label, newest first; `state` is open, closed or all."""
        with self._reading():
            raw = self._session.pages(f"{self._root}/issues", labels=label, state=state)
            return tuple(_issue(one) for one in raw if "pull_request" not in one)

    def create_issue(self, title: str, body: str, *, label: str) -> Written[Issue]:
        """Open an issue."""
        fields = {"title": title, "body": body, "labels": [label]}
        return self._once(_issue, "POST", "issues", fields)

    def edit_issue(self, number: int, **fields: str) -> None:
        """Change an issue's title, body or state."""
        self._session.change("PATCH", f"{self._root}/issues/{number}", fields)

    def check_runs(self, commit: str, name: str) -> tuple[CheckState, ...]:
        """The newest check run of each App under a name on a commit, newest first."""
        path = f"commits/{commit}/check-runs"
        return self._list(_check, path, key="check_runs", check_name=name)

    def create_check(self, body: Mapping[str, Any]) -> Written[CheckState]:
        """Create a check run."""
        return self._once(_check, "POST", "check-runs", body)

    def update_check(self, check_id: int, body: Mapping[str, Any]) -> Written[CheckState]:
        """Add to a check run: its annotations come on top of those it has."""
        return self._once(_check, "PATCH", f"check-runs/{check_id}", body)

    def releases(self) -> tuple[HostedRelease, ...]:
        """Every release, drafts included, newest first."""
        return self._list(_release, "releases")

    def create_release(self, body: Mapping[str, Any]) -> Written[HostedRelease]:
        """Create a release."""
        return self._once(_release, "POST", "releases", body)

    def publish_release(self, release_id: int, body: Mapping[str, Any]) -> Written[HostedRelease]:
        """Change a draft into a published release."""
        return self._once(_release, "PATCH", f"releases/{release_id}", body)

    def delete_release(self, release_id: int) -> None:
        """Delete a release, if it is there; its tag stays."""
        self._session.delete(f"{self._root}/releases/{release_id}")

    def upload(self, release: HostedRelease, name: str, data: bytes) -> Written[Asset]:
        """Attach a file to a release."""
        with self._reading():
            done = self._session.upload(release.upload_url, name, data)
            return _read(_asset, done)

    def delete_asset(self, asset_id: int) -> None:
        """Delete an attached file, if it is there."""
        self._session.delete(f"{self._root}/releases/assets/{asset_id}")

    def tag_object(self, tag: str) -> str:
        """The id of the object that a tag's ref points at; empty when there is no such tag."""
        with self._reading():
            raw = self._session.find(f"{self._root}/git/ref/tags/{quote(tag, safe='')}")
            return str(raw["object"]["sha"]) if raw else ""

    def settings(self, of: str = "") -> Mapping[str, Any] | None:
        """The settings of the repository, or of a part such as `actions/permissions`.

        None when there is no such part, or the token may not see it.
        """
        with self._reading():
            raw = self._session.find(f"{self._root}/{of}".rstrip("/"))
            return None if raw is None else dict(raw)

    def rulesets(self) -> tuple[Mapping[str, Any], ...]:
        """The repository's own rulesets in full."""
        with self._reading():
            listed = self._session.pages(f"{self._root}/rulesets", includes_parents="false")
            return tuple(self._session.get(f"{self._root}/rulesets/{one['id']}") for one in listed)

    def branches_of_environment(self, name: str) -> tuple[str, ...]:
        """The branch name patterns that may deploy to an environment with such a policy."""
        path = f"environments/{quote(name, safe='')}/deployment-branch-policies"
        return self._list(lambda policy: str(policy["name"]), path, key="branch_policies")[:100]

    def _list(
        self, shape: Callable[[Any], T], path: str, *, key: str = "", **query: str
    ) -> tuple[T, ...]:
        """Every item of a list, in its order."""
        with self._reading():
            return tuple(map(shape, self._session.pages(f"{self._root}/{path}", key=key, **query)))

    def _once(
        self, shape: Callable[[Any], T], method: str, path: str, body: Mapping[str, Any]
    ) -> Written[T]:
        """What came of a write that must not happen twice."""
        with self._reading():
            return _read(shape, self._session.once(method, f"{self._root}/{path}", body))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (LookupError, TypeError, ValueError, AttributeError) as err:
            raise RemoteError(
                f"{self._session.host} answers in a form that its documentation does not have"
            ) from err


def _read(shape: Callable[[Any], T], done: Written[Any]) -> Written[T]:
    return Written(shape(done.value) if done.value else None, done.problem)


def _pull(raw: Mapping[str, Any]) -> PullRequest:
    source = raw["head"]["repo"]
    return PullRequest(
        number=int(raw["number"]),
        head=str(raw["head"]["sha"]),
        branch=str(raw["head"]["ref"]),
        source=str(source["full_name"]) if source else "",
        base=str(raw["base"]["ref"]),
        author_id=int(raw["user"]["id"]) if raw["user"] else 0,  # a deleted account leaves none
        is_open=raw["state"] == "open",
        is_draft=raw.get("draft") is True,
        is_merged=raw["merged_at"] is not None,
        url=str(raw["html_url"]),
        body=str(raw["body"] or ""),
    )


def _issue(raw: Mapping[str, Any]) -> Issue:
    return Issue(
        number=int(raw["number"]),
        title=str(raw["title"]),
        body=str(raw["body"] or ""),
        author=str(raw["user"]["login"]) if raw["user"] else "",
        is_open=raw["state"] == "open",
        url=str(raw["html_url"]),
    )


def _comment(raw: Mapping[str, Any]) -> PostedComment:
    author = raw["user"]["login"] if raw["user"] else ""  # a deleted account leaves none
    return PostedComment(int(raw["id"]), str(author), str(raw["body"] or ""))


def _check(raw: Mapping[str, Any]) -> CheckState:
    return CheckState(
        id=int(raw["id"]),
        external_id=str(raw["external_id"] or ""),
        app_id=int(raw["app"]["id"]),
        app=str(raw["app"]["slug"]),
        conclusion=str(raw["conclusion"] or ""),
        annotations=int(raw["output"]["annotations_count"]),
    )


def _release(raw: Mapping[str, Any]) -> HostedRelease:
    return HostedRelease(
        id=int(raw["id"]),
        tag=str(raw["tag_name"]),
        is_draft=raw["draft"] is True,
        body=str(raw["body"] or ""),
        upload_url=str(raw["upload_url"]),
        assets=tuple(map(_asset, raw["assets"])),
    )


def _asset(raw: Mapping[str, Any]) -> Asset:
    return Asset(
        id=int(raw["id"]),
        name=str(raw["name"]),
        size=int(raw["size"]),
        sha256=str(raw["digest"] or "").removeprefix("sha256:"),
        is_complete=raw["state"] == "uploaded",
    )
