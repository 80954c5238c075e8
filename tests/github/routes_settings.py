"""The operations of the loopback GitHub that read and change a repository's settings."""

from collections.abc import Mapping
from typing import Any

from tests.github.routes import Answer, Handler, Request, filled, paged, refused
from tests.github.store import Environment, Store

HIDDEN = "bypass_actors"
"""What GitHub shows only to those who may change a ruleset."""


def list_rulesets(store: Store, request: Request) -> Answer:
    shown = [
        filled("repos/get-repo-rulesets", id=number, **_listed(one))
        for number, one in store.rulesets.items()
    ]
    return paged(request, shown)


def _listed(ruleset: Mapping[str, Any]) -> dict[str, Any]:
    return {key: ruleset[key] for key in ("name", "target", "enforcement")}


def _ruleset(number: int, fields: Mapping[str, Any]) -> Answer:
    made = filled("repos/get-repo-ruleset", id=number)
    kept = {key: made[key] for key in ("id", "source", "source_type", "node_id", "_links")}
    return Answer(200, {**kept, **fields})


def get_ruleset(store: Store, request: Request) -> Answer:
    number = request.number("ruleset_id")
    if number not in store.rulesets:
        return refused(404, "Not Found")
    return _ruleset(number, store.rulesets[number])


def create_ruleset(store: Store, request: Request) -> Answer:
    number = store.new_id()
    store.rulesets[number] = dict(request.body)
    return Answer(201, _ruleset(number, request.body).body)


def update_ruleset(store: Store, request: Request) -> Answer:
    number = request.number("ruleset_id")
    store.rulesets[number].update(request.body)
    return _ruleset(number, store.rulesets[number])


def get_environment(store: Store, request: Request) -> Answer:
    name = request.arguments["environment_name"]
    if name not in store.environments:
        return refused(404, "Not Found")
    policy = store.environments[name].policy
    made = filled("repos/get-environment", name=name, deployment_branch_policy=policy)
    return Answer(200, made)


def set_environment(store: Store, request: Request) -> Answer:
    name = request.arguments["environment_name"]
    there = store.environments.setdefault(name, Environment(None, []))
    there.policy = request.body["deployment_branch_policy"]
    return get_environment(store, request)


def list_branches(store: Store, request: Request) -> Answer:
    branches = store.environments[request.arguments["environment_name"]].branches
    policies = [{"id": n, "node_id": "x", "name": name} for n, name in enumerate(branches, 1)]
    return paged(request, policies, key="branch_policies")


def add_branch(store: Store, request: Request) -> Answer:
    store.environments[request.arguments["environment_name"]].branches.append(request.body["name"])
    return Answer(200, {"id": 1, "node_id": "x", "name": request.body["name"]})


def get_actions(store: Store, _: Request) -> Answer:
    return Answer(200, store.actions)


def set_actions(store: Store, request: Request) -> Answer:
    store.actions.update(request.body)
    return Answer(204)


def get_workflow_token(store: Store, _: Request) -> Answer:
    return Answer(200, store.workflow_token)


def set_workflow_token(store: Store, request: Request) -> Answer:
    store.workflow_token.update(request.body)
    return Answer(204)


_ACTIONS = "actions/{}-github-actions-permissions-repository"
_TOKEN = "actions/{}-github-actions-default-workflow-permissions-repository"  # noqa: S105 - an id
HANDLERS: Mapping[str, Handler] = {
    "repos/get-repo-rulesets": list_rulesets,
    "repos/get-repo-ruleset": get_ruleset,
    "repos/create-repo-ruleset": create_ruleset,
    "repos/update-repo-ruleset": update_ruleset,
    "repos/get-environment": get_environment,
    "repos/create-or-update-environment": set_environment,
    "repos/list-deployment-branch-policies": list_branches,
    "repos/create-deployment-branch-policy": add_branch,
    _ACTIONS.format("get"): get_actions,
    _ACTIONS.format("set"): set_actions,
    _TOKEN.format("get"): get_workflow_token,
    _TOKEN.format("set"): set_workflow_token,
}
