"""What the loopback GitHub remembers. Tests change it behind everybody's back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
TOKENS: Mapping[str, Account] = {
    "ghs_app": APP,
    "ghs_actions": ACTIONS,
    "ghp_mallory": PERSON,
}
"""Fake tokens of the loopback GitHub."""


def token_of(account: Account) -> str:
    """The token that an account holds."""
    return next(token for token, who in TOKENS.items() if who == account)


@dataclass
class Pull:
    """A pull request."""

    number: int
    head: str
    author_id: int
    author: str = "alice"


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
    pulls: dict[int, Pull] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    reviews: dict[int, list[str]] = field(default_factory=dict)
    """Pull request to the states of its reviews."""
    checks: list[Check] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    """Tag to the object its ref points at."""
    issues: list[dict[str, Any]] = field(default_factory=list)
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
