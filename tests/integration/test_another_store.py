"""One module with its `Store`, named in the roster, makes a store; the engine stays as it is."""

import json
from pathlib import Path

import pytest

from fedfuse.adapters.stores import roster
from fedfuse.adapters.stores.store import Access, Held, Store, Stored
from fedfuse.flows.registry import organisation
from fedfuse.model.canonical import sha256
from fedfuse.model.manifest import Artifact
from fedfuse.model.yaml_text import render
from tests.support.provider_workspace import STEM, Desk
from tests.support.registry import policy
from tests.support.stores import PARTS, with_stores

REVISION = "r17"


def shelf(folder: Path) -> Store:
    """A store whose objects are files in a folder, below the revision that names them."""

    def look(location: str, artifact: Artifact, _access: Access) -> Held | None:
        place = folder / artifact.revision / location
        if not place.is_dir():
            return None
        found = {path.name: path.read_bytes() for path in place.iterdir()}
        held = {name: Stored(len(data), sha256(data)) for name, data in found.items()}
        return Held(held, artifact.revision)

    def read(location: str, revision: str, path: str, _access: Access) -> bytes:
        return (folder / revision / location / path).read_bytes()

    return Store(
        scheme="shelf://",
        form="shelf://AISLE/PATH",
        location=r"[a-z]+(?:/[\w.-]+)+",
        revision="r[1-9][0-9]{0,5}",
        revision_is="the delivery, as r17",
        revision_length=7,
        title="Shelf",
        digest="The shelf hashes every file.",
        look=look,
        read=read,
        provider="shelf",
        prefix="shelf://{}/",
        extra="shelf",
        variables=("SHELF_KEY",),
    )


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    made = shelf(tmp_path / "shelf")
    monkeypatch.setattr(roster, "STORES", (*roster.STORES, made))
    return made


@pytest.fixture
def desk(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desk:
    """A registry whose schemas know the store, and whose first provider ships from it."""
    made = Desk(tmp_path, monkeypatch, capsys)
    for kind, parts in PARTS.items():
        file = made.root / f"schemas/{kind}.v1.schema.json"
        schema = with_stores(json.loads(file.read_bytes()), parts(roster.STORES))
        file.write_text(json.dumps(schema))
    rules = policy()
    rules["providers"]["hf"]["prefixes"] = [store.prefix.format("acme")]
    made.box.commit("registry: another store", {"registry.yaml": render(rules)})
    made.box.branch("first")
    return made


def delivered(desk: Desk) -> Path:
    """Put the artifact on the shelf."""
    place = desk.root.parent / "shelf" / REVISION / "acme/textgen-lora-v1"
    place.mkdir(parents=True)
    for file in desk.artifact.iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    return place


def shipped(desk: Desk, revision: str = REVISION) -> None:
    done = desk.new(revision=revision)
    assert done.returncode == 0, done.stderr + done.stdout
    desk.box.commit("hf: textgen-lora v1")


def test_new_writes_what_check_compares_and_accepts(desk: Desk) -> None:
    delivered(desk)
    shipped(desk)
    assert desk.read(f"{STEM}.yaml")["artifact"]["uri"] == "shelf://acme/textgen-lora-v1"
    done = desk.run("check", "--base=main", "--head=first", "--format=json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["remote"]["message"]) == (0, "1 artifact compared"), done


def test_other_bytes_and_a_missing_delivery_are_refused(desk: Desk) -> None:
    place = delivered(desk)
    shipped(desk)
    (place / "model.safetensors").write_bytes(b"swapped")
    done = desk.run("check", "--base=main", "--head=first")
    assert (done.returncode, "E505" in done.stdout) == (1, True), done.stdout
    place.rename(place.with_name("elsewhere"))
    done = desk.run("check", "--base=main", "--head=first")
    assert (done.returncode, "E502" in done.stdout) == (1, True), done.stdout
    assert "artifact.revision the delivery, as r17" in done.stdout


def test_a_revision_of_another_form_is_refused_in_the_stores_own_words(desk: Desk) -> None:
    done = desk.new(revision="a" * 40)
    assert done.returncode == 1
    assert "the delivery, as r17" in done.stdout + done.stderr


def test_an_address_is_judged_by_the_row_and_by_the_prefixes(desk: Desk) -> None:
    odd = desk.new(uri="shelf://acme", revision=REVISION)
    assert (odd.returncode, "shelf://AISLE/PATH" in odd.stdout + odd.stderr) == (1, True)
    outside = desk.new(uri="shelf://other/textgen-lora-v1", revision=REVISION)
    assert (outside.returncode, "E329" in outside.stdout + outside.stderr) == (1, True)


def test_init_takes_its_provider_and_its_prefixes(store: Store) -> None:
    words = ("shelf=dora:4",)
    made = organisation.parse(namespace="acme", repository="acme/registry", providers=words)
    assert (made.providers["shelf"].title, made.providers["shelf"].prefixes) == (
        store.title,
        ("shelf://acme/",),
    )
    made = organisation.parse(
        namespace="acme",
        repository="acme/registry",
        providers=words,
        prefixes=("shelf=shelf://acme/models/",),
    )
    assert made.providers["shelf"].prefixes == ("shelf://acme/models/",)
