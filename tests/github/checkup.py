"""A repository on the loopback GitHub, its work tree, and what doctor says of the two."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.registry import release_app
from fedfuse.flows.registry.doctor_github import examine
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.model.release_app import ReleaseApp
from fedfuse.model.yaml_text import render
from tests.github import gh
from tests.github.server import LoopbackGitHub
from tests.github.store import APP, Account, Check, Environment, Pull, Store, token_of
from tests.support.registry import TOOL, policy

HEAD = "a" * 40
RULESETS = ("main-review", "main-verdict", "tags-create", "tags-immutable")
RELEASE_APP = ReleaseApp(APP.app, APP.app_id, APP.id)


def work_tree(root: Path) -> Path:
    """Write this repository's own rulesets and workflows into a folder, and name the App."""
    for folder in (".github/rulesets", ".github/workflows", "schemas"):
        shutil.copytree(TOOL / folder, root / folder)
    (root / "registry.yaml").write_text(render(policy()))
    release_app.name(root, RELEASE_APP)
    return root


def file_of(root: Path, name: str) -> Path:
    """Where a ruleset is written down."""
    return root / f".github/rulesets/{name}.json"


def healthy(root: Path, rulesets: Sequence[str] = RULESETS, *, poster: Account = APP) -> Store:
    """A repository whose settings are exactly what the files want."""
    check = Check(900, HEAD, "fedfuse/verdict", poster, {"output": {"title": "", "summary": ""}})
    main_only = {"protected_branches": False, "custom_branch_policies": True}
    return Store(
        rulesets={
            n: json.loads(file_of(root, name).read_text()) for n, name in enumerate(rulesets)
        },
        environments={name: Environment(main_only, ["main"]) for name in ("release", "hub")},
        actions={"enabled": True, "allowed_actions": "all", "sha_pinning_required": True},
        workflow_token={
            "default_workflow_permissions": "read",
            "can_approve_pull_request_reviews": False,
        },
        pulls={1: Pull(1, "b" * 40, 101), 2: Pull(2, HEAD, 101), 3: Pull(3, "c" * 40, 101)},
        checks=[check],
    )


def look(there: Store, root: Path) -> dict[str, Diagnosis]:
    """What doctor says, by subject."""
    with LoopbackGitHub(there) as github, Session(github.url, token_of(APP)) as session:
        found = examine(GitHub(there.name, session), WorkTree(root))
    return {one.subject: one for one in found}


def unwell(there: Store, root: Path) -> dict[str, Diagnosis]:
    """What is not as it should be."""
    return {k: one for k, one in look(there, root).items() if one.health is not Health.OK}


def mend(there: Store, root: Path, fixes: Sequence[str]) -> None:
    """Run the commands that doctor printed."""
    with LoopbackGitHub(there) as github, Session(github.url, token_of(APP)) as session:
        for fix in fixes:
            gh.run(session, fix, root=root)


def live(there: Store, name: str) -> Any:
    """A ruleset that GitHub enforces, to be changed."""
    return next(one for one in there.rulesets.values() if one["name"] == name)
