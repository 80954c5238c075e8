"""Everything that the files of a registry follow from: who it belongs to, and the tool's lock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fedfuse import __version__
from fedfuse.adapters import yaml_strict
from fedfuse.errors import RegistryError
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry import (
    community_template,
    github_template,
    policy_template,
    registry_template,
    standard_units,
)
from fedfuse.flows.registry.organisation import Organisation
from fedfuse.model import tool_lock
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.registry import REGISTRY_PATH, Registry
from fedfuse.model.tool_lock import ToolLock

TEMPLATE = (
    ".github/dependabot.yml",
    ".github/rulesets",
    ".github/workflows",
    "LICENSE",
    "manifests/README.md",
    "registry.yaml",
    "releases/README.md",
    "releases/checklist.yaml",
    "schemas",
)
"""The files of the tool that `render` is given."""
_SAME = ("LICENSE", "manifests/", "releases/", "schemas/", ".github/rulesets/README.md")
"""Those that every registry has alike, but for its name."""


def render(
    owner: Organisation, template: Mapping[str, bytes], lock: ToolLock | None
) -> Mapping[str, bytes]:
    """Every file of a registry by its path, sorted; the same input gives the same bytes.

    `template` holds the files of `TEMPLATE`. Without a lock these are the files that a registry
    with a copy of the tool has besides that copy. Raises RegistryError when the template is broken.
    """
    document, own = _read(template)
    if not owner.units:
        units = {unit: role.name for unit, role in own.units.items()}
        owner = replace(owner, units=standard_units.standard(units, owner.providers))
    policy = policy_template.policy(document, template[REGISTRY_PATH].decode(), own, owner.units)
    texts: dict[str, str] = {
        REGISTRY_PATH: registry_template.registry_yaml(
            owner, policy=policy, engine=own.engine, currency=own.currency
        ),
        "README.md": registry_template.readme(owner, lock=lock),
        "CHANGELOG.md": registry_template.changelog(owner, tool=__version__),
        **community_template.files(owner, lock=lock),
    }
    if lock:
        texts |= {
            tool_lock.PATH: tool_lock.render(lock),
            ".github/CONTENTS.md": github_template.CONTENTS,
            ".github/dependabot.yml": github_template.dependabot(lock),
            **github_template.workflows(template, lock),
        }
    files = {
        **_alike(template, own, owner),
        **github_template.rulesets(template, own, owner),
        **{path: text.encode() for path, text in texts.items()},
    }
    return dict(sorted(files.items()))


def _alike(
    template: Mapping[str, bytes], own: Registry, owner: Organisation
) -> Mapping[str, bytes]:
    names = own.repository.encode(), owner.repository.encode()
    return {
        path: data.replace(*names) if path.endswith(".md") else data
        for path, data in template.items()
        if path.startswith(_SAME)
    }


@dataclass(frozen=True, slots=True)
class _Files:
    """The template as a tree that a registry is read from."""

    data: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        return self.data.get(path)

    def names(self, folder: str) -> tuple[str, ...]:
        inside = (path for path in self.data if path.startswith(f"{folder}/"))
        return tuple(sorted({path[len(folder) + 1 :].split("/")[0] for path in inside}))

    def digest(self, path: str) -> str:
        data = self.data.get(path)
        return "" if data is None else sha256(data)


def _read(template: Mapping[str, bytes]) -> tuple[Document, Registry]:
    """The template's registry.yaml. Raises RegistryError when it is broken."""
    own = snapshots.of(_Files(template)).registry()
    document = yaml_strict.load(template[REGISTRY_PATH], path=REGISTRY_PATH)
    if not isinstance(document, Document):
        raise RegistryError(f"the tool's own {REGISTRY_PATH} is broken", fix="fedfuse validate")
    return document, own
