"""What the loopback GitHub remembers. Tests change it behind everybody's back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.github.bare import Bare

NOW = "2026-11-24T03:07:45Z"


@dataclass(frozen=True)
class Account:
    """Whoever holds a token."""

    login: str
    id: int
    app: str = ""
    """Slug of the App whose token it is; empty for a person's."""
    app_id: int = 0


APP = Account("acme-release[bot]", 5001, "acme-release", 9001)
ACTIONS = Account("github-actions[bot]", 41898282, "github-actions", 15368)
PERSON = Account("mallory", 666)
PROVIDER = Account("hf-bot", 101)
"""An actor of the provider hf of `tests.support.registry`."""
MAINTAINER = Account("maintainer", 1)
"""The maintainer of `tests.support.registry`."""
TOKENS: Mapping[str, Account] = {
    "ghs_app": APP,
    "ghs_actions": ACTIONS,
    "ghp_mallory": PERSON,
    "ghp_hf": PROVIDER,
    "ghp_maintainer": MAINTAINER,
}
"""Fake tokens of the loopback GitHub."""


def token_of(account: Account) -> str:
    """The token that an account holds."""
    return next(token for token, who in TOKENS.items() if who == account)


def account_of(login: str) -> Account:
    """The account of that name."""
    return next(who for who in TOKENS.values() if who.login == login)


@dataclass
class Pull:
    """A pull request."""

    number: int
    head: str
    author_id: int
    author: str = "alice"
    repository: str = "alice/registry"
    """Where the branch is. The head follows a branch of the store's own repository."""
    branch: str = "patch-1"
    base: str = "main"
    title: str = "A pull request"
    body: str | None = None
    draft: bool = False
    is_open: bool = True
    merged_as: str = ""
    """The commit it became; empty unless it was merged."""
    ended: str | None = None
    """When it was merged or closed."""

    @property
    def ends(self) -> tuple[str, str, str]:
        """What may have one open pull request at a time: repository and branch, and the base."""
        return self.repository, self.branch, self.base

    @property
    def label(self) -> str:
        """The branch as GitHub lists it: two repositories of one owner look the same."""
        return f"{self.repository.partition('/')[0]}:{self.branch}"


@dataclass
class Comment:
    """A comment on an issue or a pull request."""

    id: int
    number: int
    author: Account
    body: str
    edits: int = 0


@dataclass
class Check:
    """A check run."""

    id: int
    head: str
    name: str
    author: Account
    fields: dict[str, Any]
    annotations: list[dict[str, Any]] = field(default_factory=list)
    requests: int = 1

    @property
    def output(self) -> Mapping[str, Any]:
        """Title and summary."""
        found: Mapping[str, Any] = self.fields["output"]
        return found


@dataclass
class Release:
    """A release page."""

    id: int
    fields: dict[str, Any]
    assets: dict[int, "Asset"] = field(default_factory=dict)

    @property
    def state(self) -> Mapping[str, Any]:
        """All that matters of it, ids aside; a broken upload is no file."""
        files = {one.name: one.data for one in self.assets.values() if one.state == "uploaded"}
        return {**self.fields, "files": files}


@dataclass
class Asset:
    """An attached file."""

    id: int
    name: str
    data: bytes
    state: str = "uploaded"


@dataclass
class Environment:
    """A deployment environment and the branches that may use it."""

    policy: Mapping[str, bool] | None
    branches: list[str]


@dataclass
class Store:
    """One repository."""

    name: str = "acme/registry"
    bare: Bare | None = None
    now: str = NOW
    """When merges happen."""
    pulls: dict[int, Pull] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    reviews: dict[int, list[str]] = field(default_factory=dict)
    """Pull request to the states of its reviews."""
    checks: list[Check] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    """Tag to the object its ref points at."""
    issues: list[dict[str, Any]] = field(default_factory=list)
    """Their fields; `labels` are names, `author` is an account."""
    dispatches: list[Mapping[str, Any]] = field(default_factory=list)
    """The `event_type` and `client_payload` of every repository_dispatch."""
    started: list[tuple[str, int | str]] = field(default_factory=list)
    """Every event that would start workflows, and the number, ref or type it is about."""
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    default_branch: str = "main"
    actions: dict[str, Any] = field(
        default_factory=lambda: {
            "enabled": True,
            "allowed_actions": "all",
            "sha_pinning_required": False,
        }
    )
    workflow_token: dict[str, Any] = field(
        default_factory=lambda: {
            "default_workflow_permissions": "write",
            "can_approve_pull_request_reviews": True,
        }
    )
    made_tags: list[str] = field(default_factory=list)
    """Tags that GitHub had to make, lightweight, because a release was published without one."""
    last_id: int = 100

    def new_id(self) -> int:
        """An id that nothing else has."""
        self.last_id += 1
        return self.last_id

    def git(self) -> Bare:
        """The git repository; a test that comes here must have given one."""
        assert self.bare is not None
        return self.bare

    def start(self, account: Account, event: str, about: int | str) -> None:
        """Note an event, unless GITHUB_TOKEN caused it: GitHub starts no workflow for that."""
        if account != ACTIONS:
            self.started.append((event, about))

    def pushed(self, account: Account) -> None:
        """Let the open pull requests follow their branches, which an account may have changed."""
        heads = self.git().heads()
        for pull in self.pulls.values():
            tip = heads.get(pull.branch, "")
            if not pull.is_open or pull.repository != self.name or tip == pull.head:
                continue
            if tip:
                self.move(pull, tip)
                self.start(account, "pull_request.synchronize", pull.number)
            else:
                pull.is_open, pull.ended = False, self.now

    def move(self, pull: Pull, head: str) -> None:
        """Give a pull request its head, also as a ref; approvals of another head end."""
        pull.head = head
        self.git().set(f"refs/pull/{pull.number}/head", head)
        states = self.reviews.get(pull.number, [])
        states[:] = ["DISMISSED" if state == "APPROVED" else state for state in states]

    def comment(self, number: int, author: Account, body: str) -> Comment:
        """Add a comment."""
        made = Comment(self.new_id(), number, author, body)
        self.comments.append(made)
        return made

    def release(self, **fields: Any) -> Release:
        """Add a release."""
        given = {"draft": False, "prerelease": False, "body": "", "name": "", **fields}
        made = Release(self.new_id(), given)
        self.releases.append(made)
        return made
