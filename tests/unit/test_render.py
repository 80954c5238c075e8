"""The files of a registry follow from whose it is, the template and the lock, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from fedfuse.adapters import tool
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import RegistryError
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry import owner
from fedfuse.flows.registry.organisation import parse
from fedfuse.flows.registry.render import TEMPLATE, render
from fedfuse.model.release_app import ReleaseApp
from fedfuse.model.tool_lock import PATH, ToolLock

OWNER = parse(namespace="acme", repository="acme/registry", providers=("hf=alice:1",))
FILES = tool.template(*TEMPLATE)
LOCK = ToolLock("tools/fedfuse", "5" * 40, "1.2.3", "a" * 64, {1: "b" * 64})
PINNED = {PATH, *(f".github/workflows/{one}.yml" for one in ("audit", "cadence", "check"))}
PINNED |= {f".github/workflows/{one}.yml" for one in ("evaluate", "release", "slo")}


def test_the_same_input_gives_the_same_bytes_in_the_same_order() -> None:
    once, again = (render(OWNER, dict(FILES), LOCK) for _ in range(2))
    assert list(once.items()) == list(again.items())
    assert list(once) == sorted(once)


def test_a_newer_tool_changes_only_the_files_that_name_it() -> None:
    """So that an upgrade is a small pull request."""
    newer = replace(LOCK, commit="6" * 40, version="1.3.0", digest="b" * 64)
    old, new = (render(OWNER, FILES, lock) for lock in (LOCK, newer))
    named = {"README.md", ".github/CONTRIBUTING.md"}
    assert {path for path in new if new[path] != old.get(path)} == PINNED | named
    assert new.keys() == old.keys()


def test_units_that_are_named_take_the_place_of_the_usual_ones() -> None:
    said = tuple(
        f"hf/{name}={role}"
        for name, role in (("textgen-lora", "textgen"), ("policy-adapter", "policy"))
    )
    owner = parse(namespace="acme", repository="acme/r", providers=("hf=a:1",), units=said)
    text = render(owner, FILES, LOCK)["registry.yaml"].decode()
    assert "required_roles: [textgen]\n" in text
    assert "  hf/policy-adapter: {role: policy}\n" in text
    assert "embed" not in text.partition("fusion:")[2].partition("\n\n")[0]


@pytest.mark.parametrize("app", [None, ReleaseApp("acme-release", 9001, 5001)])
def test_a_registry_is_rendered_again_from_what_it_says_of_itself(
    tmp_path: Path, app: ReleaseApp | None
) -> None:
    """All that a later tool needs to know of it is in registry.yaml and the rulesets."""
    files = render(replace(OWNER, app=app), FILES, LOCK)
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    again = owner.of(snapshots.of(WorkTree(tmp_path)))
    assert again.app == app
    assert render(again, FILES, LOCK) == files


def test_a_template_without_a_readable_registry_is_refused() -> None:
    with pytest.raises(RegistryError):
        render(OWNER, {**FILES, "registry.yaml": b"a: [\n"}, LOCK)
