"""Compares the settings of a repository on GitHub with what this work tree says of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry import doctor_app
from fedfuse.flows.registry.release_app import FOLDER as RULESETS
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.model.document import Document
from fedfuse.model.github import CHECK_NAME, CheckState
from fedfuse.model.release_app import ACTIONS, NOBODY, app_ids
from fedfuse.model.ruleset import differences, required_check

WORKFLOWS = ".github/workflows"
MAIN = "main"
_ENVIRONMENT = re.compile(
    r"^ +environment:(?: *#.*)?\s+(?:\{? *name: *)?([A-Za-z0-9._-]+)", re.MULTILINE
)
_MEASURING = "evaluate"
"""The environment of the job that only an evaluator starts."""
_NEWEST = 10
"""Pull requests that are searched for a verdict."""


@dataclass(frozen=True, slots=True)
class _File:
    """A ruleset as it is written down."""

    path: str
    text: str
    wanted: Mapping[str, Any] | None
    """None when the file is no JSON object."""

    @property
    def name(self) -> str:
        """Its name on GitHub."""
        return str((self.wanted or {}).get("name", ""))

    @property
    def unnamed_app(self) -> str:
        """The App id in it that belongs to nobody; empty when there is none."""
        return next((str(number) for number in app_ids(self.text) if number >= NOBODY), "")


def examine(github: GitHub, tree: WorkTree) -> tuple[Diagnosis, ...]:
    """Every setting that decides who may do what, with the command that makes it right.

    Raises RemoteError when GitHub cannot be reached or hides its settings from the token.
    """
    live = {str(one["name"]): one for one in github.rulesets()}
    snapshot = snapshots.of(tree)
    registry = None if snapshot.registry_findings() else snapshot.registry()
    app = registry.app if registry else None
    return (
        _branch(github),
        *_permissions(github, actions_opens=app == ACTIONS.bot),
        *_environments(github, tree, () if registry and registry.evaluator_path else (_MEASURING,)),
        *_rulesets(github.name, tree, live),
        _verdict(github, live),
        *([doctor_app.examine(tree, app)] if registry else []),
    )


def _branch(github: GitHub) -> Diagnosis:
    found = (github.settings() or {}).get("default_branch")
    if found == MAIN:
        return Diagnosis("default branch", Health.OK, MAIN)
    fix = f"gh api -X PATCH repos/{github.name} -f default_branch={MAIN}"
    return Diagnosis("default branch", Health.DIFFERS, f"{found}, expected {MAIN}", fix)


def _permissions(github: GitHub, *, actions_opens: bool) -> Iterator[Diagnosis]:
    """What workflows may do; one switch of GitHub's lets them open and approve pull requests."""
    place = f"repos/{github.name}/actions/permissions"
    granted = github.settings("actions/permissions/workflow") or {}
    reads_only = granted.get("default_workflow_permissions") == "read"
    approves = granted.get("can_approve_pull_request_reviews")
    wanted = str(actions_opens).lower()
    yield _setting(
        "workflow token",
        right=reads_only and approves is actions_opens,
        right_text=f"reads only, may open and approve pull requests: {wanted}",
        wrong_text=f"may {granted.get('default_workflow_permissions')}, {str(approves).lower()}",
        fix=f"gh api -X PUT {place}/workflow -f default_workflow_permissions=read "
        f"-F can_approve_pull_request_reviews={wanted}",
    )
    actions = github.settings("actions/permissions") or {}
    allowed = actions.get("allowed_actions", "all")
    yield _setting(
        "actions",
        right=actions.get("enabled") is True and actions.get("sha_pinning_required") is True,
        right_text="enabled, pinned by sha only",
        wrong_text=f"enabled: {actions.get('enabled')}, "
        f"pinned by sha only: {actions.get('sha_pinning_required')}",
        fix=f"gh api -X PUT {place} -F enabled=true -f allowed_actions={allowed} "
        "-F sha_pinning_required=true",
    )


def _setting(subject: str, *, right: bool, right_text: str, wrong_text: str, fix: str) -> Diagnosis:
    if right:
        return Diagnosis(subject, Health.OK, right_text)
    return Diagnosis(subject, Health.DIFFERS, f"{wrong_text}; expected {right_text}", fix)


def _environments(github: GitHub, tree: WorkTree, unused: tuple[str, ...]) -> Iterator[Diagnosis]:
    """The environments that the workflows name hold secrets, so only main may use them."""
    names = {name for text in _workflows(tree) for name in _ENVIRONMENT.findall(text)}
    for name in sorted(names.difference(unused)):
        yield _environment(github, name)


def _workflows(tree: WorkTree) -> Iterator[str]:
    for file in tree.names(WORKFLOWS):
        yield (tree.read(f"{WORKFLOWS}/{file}") or b"").decode("utf-8", "replace")


def _environment(github: GitHub, name: str) -> Diagnosis:
    subject, place = f"environment {name}", f"repos/{github.name}/environments/{name}"
    there = github.settings(f"environments/{name}")
    policy = (there or {}).get("deployment_branch_policy") or {}
    if not policy.get("custom_branch_policies"):
        what = "any branch may use its secrets" if there else "missing"
        fix = (
            f"gh api -X PUT {place} -F 'deployment_branch_policy[protected_branches]=false' "
            "-F 'deployment_branch_policy[custom_branch_policies]=true' && "
            f"gh api -X POST {place}/deployment-branch-policies -f name={MAIN}"
        )
        return Diagnosis(subject, Health.DIFFERS, f"{what}; expected: {MAIN} only", fix)
    branches = github.branches_of_environment(name)
    if branches == (MAIN,):
        return Diagnosis(subject, Health.OK, f"{MAIN} only")
    what = f"open to {', '.join(branches) or 'no branch'}; expected: {MAIN} only"
    fix = (
        f"gh api {place}/deployment-branch-policies, delete what is not {MAIN}, add what is missing"
    )
    return Diagnosis(subject, Health.DIFFERS, what, fix)


def _rulesets(
    repository: str, tree: WorkTree, live: Mapping[str, Mapping[str, Any]]
) -> Iterator[Diagnosis]:
    files = tuple(_files(tree))
    for file in files:
        yield _ruleset(repository, file, live.get(file.name))
    for name in sorted(set(live) - {file.name for file in files}):
        what = f"no file in {RULESETS} has it"
        yield Diagnosis(f"ruleset {name}", Health.NOTE, what, "write it down, or delete it")


def _files(tree: WorkTree) -> Iterator[_File]:
    for name in tree.names(RULESETS):
        path = f"{RULESETS}/{name}"
        data = tree.read(path)
        if name.endswith(".json") and data is not None:
            document = load_json(data, path=path)
            wanted = document.value if isinstance(document, Document) else None
            yield _File(path, data.decode("utf-8", "replace"), wanted)


def _ruleset(repository: str, file: _File, live: Mapping[str, Any] | None) -> Diagnosis:
    subject, place = f"ruleset {file.name or file.path}", f"repos/{repository}/rulesets"
    if file.wanted is None:
        what = f"{file.path} is no JSON object without doubles"
        return Diagnosis(subject, Health.DIFFERS, what, f"git checkout main -- {file.path}")
    if file.unnamed_app:
        what = f"{file.path} names App {file.unnamed_app}, which belongs to nobody"
        return Diagnosis(subject, Health.DIFFERS, what, doctor_app.FIX)
    if live is None:
        fix = f"gh api -X POST {place} --input {file.path}"
        return Diagnosis(subject, Health.DIFFERS, "missing", fix)
    if "bypass_actors" not in live:
        what = "this token may not see who bypasses it"
        return Diagnosis(subject, Health.NOTE, what, "use an administrator's token")
    found = differences(file.wanted, live)
    if not found:
        return Diagnosis(subject, Health.OK, f"as in {file.path}")
    what = "; ".join(f"{one.where}: {one.found}, expected {one.expected}" for one in found)
    fix = f"gh api -X PUT {place}/{live['id']} --input {file.path}"
    return Diagnosis(subject, Health.DIFFERS, what, fix)


def _verdict(github: GitHub, live: Mapping[str, Mapping[str, Any]]) -> Diagnosis:
    """Whether the App that posts the verdict is the one that the ruleset waits for."""
    required = (required_check(ruleset, CHECK_NAME) for ruleset in live.values())
    check = next((one for one in required if one is not None), None)
    if check is None:
        what = f"no ruleset requires {CHECK_NAME}: what was refused can be merged"
        return Diagnosis("verdict", Health.DIFFERS, what, f"apply {RULESETS}/main-verdict.json")
    pinned, posted = check.get("integration_id"), _newest_verdict(github)
    if pinned is None:
        what = f"{CHECK_NAME} may come from anyone who may write here"
        fix = f"pin it to the App in {RULESETS}/main-verdict.json and apply the file"
        return Diagnosis("verdict", Health.DIFFERS, what, fix)
    if posted is None:
        what = f"App {pinned} is waited for; no pull request has a verdict yet"
        return Diagnosis("verdict", Health.NOTE, what, "open a pull request")
    if posted.app_id != pinned:
        what = f"App {pinned} is waited for, but {posted.app} ({posted.app_id}) posts it"
        fix = f"install the App that {RULESETS}/main-verdict.json names, or name {posted.app_id}"
        return Diagnosis("verdict", Health.DIFFERS, what, fix)
    if pinned == ACTIONS.app_id:
        what = "GitHub Actions posts it, so any workflow of this repository could"
        return Diagnosis("verdict", Health.NOTE, what, doctor_app.FIX)
    return Diagnosis("verdict", Health.OK, f"{posted.app} posts it, and nobody else can")


def _newest_verdict(github: GitHub) -> CheckState | None:
    for head in github.newest_heads(_NEWEST):
        runs = github.check_runs(head, CHECK_NAME)
        if runs:
            return runs[0]
    return None
