"""The release App: the one GitHub App that reports verdicts, tags, and opens pull requests."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.model.github import CHECK_NAME
from fedfuse.model.registry import Person

NOBODY = 9_000_000_000
"""Ids from here on are written down for accounts and Apps that are yet to be named."""
WITHOUT_APP = ("main-verdict", "main-review", "tags-immutable")
"""The rulesets of every registry; with an App there is also `tags-create`."""

_APP_IDS = re.compile(r'"(?:integration_id|actor_id)": *(\d+)')


@dataclass(frozen=True, slots=True)
class ReleaseApp:
    """A GitHub App by its three names."""

    slug: str
    app_id: int
    """Its id as an App, which rulesets know."""
    bot_id: int
    """The account id of its bot, who is the author of the pull requests it opens."""

    @property
    def bot(self) -> Person:
        """Its bot, as registry.yaml lists it; no person's login holds brackets."""
        return Person(f"{self.slug}[bot]", self.bot_id)


ACTIONS = ReleaseApp("github-actions", 15368, 41898282)
"""GitHub Actions, whose token every workflow run has: it stands in while there is no other App."""


def app_ids(ruleset: str) -> tuple[int, ...]:
    """The ids of the Apps that the text of a ruleset names, in its order."""
    return tuple(map(int, _APP_IDS.findall(ruleset)))


def about(
    rulesets: Mapping[str, Mapping[str, Any]], app_id: int
) -> Mapping[str, Mapping[str, Any]]:
    """The rulesets by name, about one App: it reports the verdict and bypasses two of them.

    GitHub lets no ruleset exempt the token of Actions. Where that stands in, nobody bypasses
    reviews, and `tags-create` is left out. All else stays as it was; `tags-create` covers the tags
    of `tags-immutable`. `rulesets` holds those of `WITHOUT_APP`. Raises KeyError when it does not.
    """
    immutable = rulesets["tags-immutable"]
    made = {
        "main-verdict": _reported_by(app_id, rulesets["main-verdict"]),
        "main-review": {
            **rulesets["main-review"],
            "bypass_actors": _bypass(app_id, mode="pull_request"),
        },
        "tags-immutable": immutable,
    }
    if app_id != ACTIONS.app_id:
        made["tags-create"] = {
            **immutable,
            "name": "tags-create",
            "bypass_actors": _bypass(app_id, mode="always"),
            "rules": [{"type": "creation"}],
        }
    return made


def render(ruleset: Mapping[str, Any]) -> str:
    """A ruleset as its file holds it."""
    return json.dumps(ruleset, indent=2) + "\n"


def _bypass(app_id: int, *, mode: str) -> list[Mapping[str, Any]]:
    if app_id == ACTIONS.app_id:
        return []
    return [{"actor_id": app_id, "actor_type": "Integration", "bypass_mode": mode}]


def _reported_by(app_id: int, value: Any) -> Any:
    """The same JSON, with the verdict expected from that App wherever it is required."""
    if isinstance(value, list):
        return [_reported_by(app_id, one) for one in value]
    if not isinstance(value, Mapping):
        return value
    same = {key: _reported_by(app_id, one) for key, one in value.items()}
    return {**same, "integration_id": app_id} if same.get("context") == CHECK_NAME else same
