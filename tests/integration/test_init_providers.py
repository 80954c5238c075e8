"""A registry for any number of providers, of any names, with any units and stores."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry.init import make
from fedfuse.flows.registry.organisation import parse
from fedfuse.model.registry import Registry

USUAL = ("textgen", "embed", "runtime")
GENERATION = {"textgen-lora", "policy-adapter"}
RETRIEVAL = {"embedder", "retrieval-eval", "dataset-quality"}
SERVING = {"runtime-distilled", "inference-benchmark"}


def registry(
    root: Path, providers: Sequence[str], prefixes: Sequence[str], units: Sequence[str] = ()
) -> Registry:
    """The valid registry that init makes of these words."""
    owner = parse(
        namespace="acme",
        repository="acme/registry",
        providers=providers,
        prefixes=prefixes,
        units=units,
    )
    make(root, owner, tool_at=("tools/fedfuse", "5" * 40))
    assert validate(WorkTree(root), paths=())[1] == ()
    return snapshots.of(WorkTree(root)).registry()


def shipped(found: Registry) -> dict[str, set[str]]:
    """The names of every provider's units."""
    units = [unit.split("/") for unit in found.units]
    return {name: {unit for owner, unit in units if owner == name} for name in found.providers}


@pytest.mark.parametrize(
    ("providers", "prefixes", "expected"),
    [
        (
            ("hf=a:1", "azure=b:2"),
            ("azure=s3://acme-azure/",),
            {"hf": GENERATION, "azure": RETRIEVAL | SERVING},
        ),
        (
            ("north=a:1", "south=b:2"),
            ("north=hf://acme-north/", "south=gs://acme-south/"),
            {"north": GENERATION | SERVING, "south": RETRIEVAL},
        ),
        (
            ("hf=a:1", "gcp=b:2", "aws=c:3", "azure=d:4", "onprem=e:5"),
            ("azure=s3://acme-azure/", "onprem=hf://acme-onprem/"),
            {
                "hf": GENERATION,
                "gcp": RETRIEVAL,
                "aws": SERVING,
                "azure": {"azure-textgen"},
                "onprem": {"onprem-textgen"},
            },
        ),
    ],
    ids=["two", "two of other names", "five"],
)
def test_any_providers_make_a_valid_registry_in_which_every_role_is_shipped(
    tmp_path: Path,
    providers: tuple[str, ...],
    prefixes: tuple[str, ...],
    expected: dict[str, set[str]],
) -> None:
    found = registry(tmp_path / "reg", providers, prefixes)
    assert (shipped(found), found.required_roles) == (expected, USUAL)
    owners = (tmp_path / "reg/.github/CODEOWNERS").read_text("utf-8")
    assert all(f"/manifests/{name}/ @" in owners for name in expected)
    for prefix in prefixes:
        name, _, place = prefix.partition("=")
        assert found.providers[name].title == name
        assert found.providers[name].prefixes == (place,)


def test_units_that_are_named_decide_which_roles_and_routes_are_needed(tmp_path: Path) -> None:
    words = ("azure=b:2",), ("azure=s3://acme/",), ("azure/moderator=policy",)
    found = registry(tmp_path / "reg", *words)
    assert {unit: role.name for unit, role in found.units.items()} == {"azure/moderator": "policy"}
    assert found.required_roles == ("policy",)
    assert {name: route.role for name, route in found.fusion.routes.items()} == {"policy": "policy"}
