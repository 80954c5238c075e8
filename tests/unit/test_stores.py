"""The table of stores is complete, and whatever else speaks of stores says what it says."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from fedfuse.adapters.stores.roster import STORES, of_uri
from fedfuse.adapters.stores.store import Store
from fedfuse.engine.v1.admission import uri
from tests.support.stores import PARTS, part
from tests.unit.test_schema_files import SCHEMAS

ROOT = Path(__file__).parents[2]
ANY_STORE = pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)


@pytest.mark.parametrize("kind", PARTS)
def test_the_schemas_say_of_stores_what_the_table_says(kind: str) -> None:
    schema, wanted = json.loads(SCHEMAS[kind].read_bytes()), PARTS[kind](STORES)
    assert {place: part(schema, place) for place in wanted} == wanted


@pytest.mark.parametrize(
    "address",
    [
        "hf://acme/textgen-lora-v3",
        "gs://acme-models/embedder/v3",
        "gs://acme-models/dt=2026-11-20/model",
        "s3://acme-models/prod/runtime/",
        "dir:models/textgen",
        "dir:models/",
    ],
)
def test_an_address_that_is_legal_is_one_that_its_store_takes(address: str) -> None:
    store = of_uri(address)
    assert store is not None
    assert uri.problem(address, prefixes=(store.scheme,)) is None
    assert store.location_of(address) == address.removeprefix(store.scheme).removesuffix("/")


@ANY_STORE
@pytest.mark.parametrize(
    "rest", ["", "a@b/c", "a:80/c", "a/b?c", "a/b#c", "a/%2e", "a/../b", "a\\b", "a/b\n", "/a/b"]
)
def test_a_store_takes_no_address_that_could_lead_elsewhere(store: Store, rest: str) -> None:
    assert store.location_of(f"{store.scheme}{rest}") == ""


@ANY_STORE
def test_a_revision_ends_where_its_pattern_does(store: Store) -> None:
    assert not store.has_revision("main")
    assert not store.has_revision("1" * (store.revision_length + 1))
    assert not store.has_revision("1" * store.revision_length + "\n")
    assert store.has_revision("1" * store.revision_length)


def test_the_package_has_every_extra_that_a_store_names() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {store.extra for store in STORES if store.extra}
    assert named <= set(extras["optional-dependencies"])


@ANY_STORE
def test_a_store_of_a_platform_says_whose_it_is_and_where_its_artifacts_lie(store: Store) -> None:
    assert store.form.startswith(store.scheme)
    assert bool(store.provider) == bool(store.prefix) != store.is_folder
    assert store.prefix.format("acme").startswith(store.scheme) or store.is_folder
    assert re.fullmatch(r"[A-Z].*\.", store.digest)
