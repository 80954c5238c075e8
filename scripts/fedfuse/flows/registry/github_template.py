"""The files for GitHub that follow from the tool: workflows, rulesets, Dependabot's settings."""

import re
from collections.abc import Mapping

from fedfuse.flows.registry import release_app
from fedfuse.flows.registry.organisation import Organisation
from fedfuse.model.registry import Registry
from fedfuse.model.release_app import ACTIONS
from fedfuse.model.tool_lock import ACTIONS as _ACTIONS
from fedfuse.model.tool_lock import ToolLock

_WORKFLOWS = ".github/workflows/"
_TOOLS_OWN = f"{_WORKFLOWS}ci.yml"
"""The tests of the tool."""
_LOCAL = re.compile(r"uses: \./\.github/actions/([a-z]+)$", re.MULTILINE)
_SHIPPED = ("setup", "tell")
"""The tool's actions, which a registry that holds a copy of it calls by their path."""

CONTENTS = """\
# .github

Workflows, rulesets, code owners and the guides for contributors. What is here decides who may do
what, so code owners review every change. The workflows call the tool that `fedfuse.lock` names; its
repository is public, or shares its actions with this one.
"""


def workflows(template: Mapping[str, bytes], lock: ToolLock) -> Mapping[str, str]:
    """The workflows of the template, calling the tool of the lock instead of their own one."""
    return {
        path: _LOCAL.sub(lambda match: f"uses: {lock.action(match[1])}", data.decode())
        for path, data in template.items()
        if path.startswith(_WORKFLOWS) and path != _TOOLS_OWN
    }


def repinned(data: bytes, old: ToolLock | None, new: ToolLock) -> bytes:
    """A file that names the old tool (None: the registry's own copy), naming the new one."""
    if old:
        data = data.replace(old.requirement.encode(), new.requirement.encode())
    place = re.escape(f"{old.repository}/" if old else "./") + re.escape(f"{_ACTIONS}/")
    names = rf"(?P<name>{'[a-z-]+' if old else '|'.join(_SHIPPED)})"
    call = rf"(?P<uses>\buses: *)[\"']?{place}{names}(?:@[^\s\"']+)?[\"']?(?: +# v\S+)?(?=\s|$)"
    return re.sub(
        call.encode(),
        lambda found: found["uses"] + new.action(found["name"].decode()).encode(),
        data,
    )


def dependabot(lock: ToolLock) -> str:
    """Dependabot proposes newer actions of others; the tool moves only together with its lock."""
    return f"""\
# Waits before it proposes a new version: most compromised releases are found within days.
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
    schedule: {{interval: weekly}}
    cooldown: {{default-days: 14}}
    ignore:
      - dependency-name: "{lock.repository}*" # moves only together with fedfuse.lock
    groups:
      actions: {{patterns: ["*"]}}
"""


def rulesets(
    template: Mapping[str, bytes], own: Registry, owner: Organisation
) -> Mapping[str, bytes]:
    """The rulesets, about the tags and the App of the organisation.

    Raises RegistryError when one of the template's is broken.
    """
    found = release_app.read_rulesets(template.get)
    made = release_app.rulesets(found, (owner.app or ACTIONS).app_id)
    old, new = (f"/{name}-v*".encode() for name in (own.release_name, owner.release_name))
    return {path: data.replace(old, new) for path, data in made.items()}
