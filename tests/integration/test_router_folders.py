"""Hostile and broken router folders: each is refused by `check`, and its good twin passes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.history import snapshots
from fedfuse.model.codes import CATALOG
from fedfuse.model.router import FILES, folder_of, macro_f1
from fedfuse.model.yaml_text import render
from tests.support import router_folder as made
from tests.support.changes import check, commit_files, released_registry, said
from tests.support.git_repositories import Sandbox
from tests.support.registry import RegistrySandbox, policy
from tests.support.spoiled_routers import SPOILED, WORDS, embedding

ROUTES = {
    "chat": {"role": "textgen", "contract": 1},
    "search": {"role": "embed", "contract": 1},
    "serve": {"role": "runtime", "contract": 1},
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """A registry with a release and a routing suite; no router yet."""
    box = released_registry(tmp_path_factory.mktemp("routers") / "registry")
    box.commit("routing suite", dict(made.suite()))
    return box


@pytest.mark.parametrize("case", SPOILED)
def test_each_spoiled_file_of_a_router_gives_its_one_finding(
    registry: RegistrySandbox, case: str
) -> None:
    expected, files = SPOILED[case]
    refused(registry, made.router(files=files), expected)


EDITED: Mapping[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "field missing": ("E302 router", lambda d: d.pop("embedding")),
    "field unknown": ("E301 router", lambda d: d.update(note="x")),
    "one label": ("E306 router", lambda d: d.update(labels=["chat"])),
    "label a path": ("E304 router", lambda d: d.update(labels=["chat", "search", "../x"])),
    "threshold above one": ("E305 router", lambda d: d["thresholds"].update(chat=1.5)),
    "source a path": ("E304 router", lambda d: d["embedding"].update(source="/srv/me")),
    "version of another": ("E471 router", lambda d: d.update(version=7)),
    "digest of another": ("E471 router", lambda d: d["files"].update({"config.json": "a" * 64})),
    "threshold missing": ("E472 router", lambda d: d["thresholds"].pop("chat")),
    "threshold of no label": ("E472 router", lambda d: d["thresholds"].update(sing=0.5)),
    "abstains to no label": ("E472 router", lambda d: d.update(abstain_to="sing")),
    "safety of no label": ("E472 router", lambda d: d.update(safety=["sing"])),
    "suite of another digest": ("E473 router", lambda d: d["suite"].update(sha256="a" * 64)),
    "suite that is not there": ("E473 router", lambda d: d["suite"].update(version=2)),
    "macro-F1 forged": ("E477 router", lambda d: d.update(macro_f1=0.9999988)),
}


@pytest.mark.parametrize("case", EDITED)
def test_each_false_word_of_router_json_gives_its_one_finding(
    registry: RegistrySandbox, case: str
) -> None:
    expected, edit = EDITED[case]
    refused(registry, made.router(edit=edit), expected)


def refused(registry: RegistrySandbox, files: made.Files, expected: str) -> None:
    report = check(registry, commit_files(registry, files, parent="main"))
    code, name = expected.split()
    (found,) = report.all_findings
    assert found.code == code
    assert found.place.startswith(f"{folder_of(1)}/{name}")
    assert found.fix
    assert found.code in CATALOG
    assert found.message.isascii()
    assert report.exit_code == 1


@pytest.mark.parametrize("stated", [1.0, 0.9999995])
def test_a_sound_router_is_accepted(registry: RegistrySandbox, stated: float) -> None:
    files = made.router(edit=lambda d: d.update(macro_f1=stated))
    report = check(registry, commit_files(registry, files, parent="main"))
    assert (said(report), report.exit_code) == ([], 0)


@pytest.mark.parametrize("name", FILES)
def test_a_router_without_one_of_its_files_is_refused(registry: RegistrySandbox, name: str) -> None:
    files = made.router()
    del files[f"{folder_of(1)}/{name}"]
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == [f"E470 {folder_of(1)}/{name}"]


def test_a_router_json_that_is_no_json_is_refused(registry: RegistrySandbox) -> None:
    files = made.router() | {f"{folder_of(1)}/router.json": b"version: 1\n"}
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == [f"E120 {folder_of(1)}/router.json:1:1"]


def test_without_its_schema_no_router_is_judged(tmp_path: Path) -> None:
    box = Sandbox(tmp_path / "old")
    for path, content in made.router().items():
        box.write(path, content)
    found = snapshots.of(WorkTree(box.root)).router(1)
    assert isinstance(found, tuple)
    assert [(one.code, one.path, one.fix, one.column) for one in found] == [
        ("E470", f"{folder_of(1)}/router.json", "fedfuse upgrade", 0)
    ]


def test_a_router_with_a_file_more_is_refused(registry: RegistrySandbox) -> None:
    files = made.router() | {f"{folder_of(1)}/weights.bin": b"x"}
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == [f"E470 {folder_of(1)}/weights.bin"]


def test_a_router_folder_is_at_most_two_megabytes(registry: RegistrySandbox) -> None:
    space = b" " * 1_000_000
    files = made.router(
        files={
            "config.json": b'{"normalize": true}' + space,
            "tokenizer.json": made.tokenizer(WORDS) + space,
            **embedding(embeddings=("I8", [50_000, 2], bytes(100_000))),
        }
    )
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == [f"E470 {folder_of(1)}"]
    assert [one.column for one in report.findings] == [0]


@pytest.mark.parametrize(("wrong", "codes"), [(2, []), (3, ["E478"])])
def test_a_router_that_is_wrong_too_often_is_refused(
    registry: RegistrySandbox, wrong: int, codes: list[str]
) -> None:
    """Ten of twelve items right are above the floor of 0.8, nine are not."""
    pairs = [(made.LABELS[n % 3], made.LABELS[(n + (n < wrong)) % 3]) for n in range(12)]
    files = made.router(
        files={"evidence.csv": made.evidence(made.suite(), made.LABELS, wrong)},
        edit=lambda d: d.update(macro_f1=macro_f1(made.LABELS, pairs)),
    )
    report = check(registry, commit_files(registry, files, parent="main"))
    assert [found.code for found in report.all_findings] == codes


def test_macro_f1_is_the_mean_of_the_labels_and_counts_a_label_never_met() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]
    assert macro_f1(("a", "b"), pairs) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert macro_f1(("a", "b", "c"), pairs) == pytest.approx((2 / 3 + 4 / 5) / 3)


def test_a_router_chooses_among_some_types_of_its_suite(registry: RegistrySandbox) -> None:
    files = made.router(labels=("chat", "serve"), suite_files=made.suite())
    report = check(registry, commit_files(registry, files, parent="main"))
    assert said(report) == []


def test_a_release_pins_a_sound_router_and_none_is_cut_for_a_broken_one(tmp_path: Path) -> None:
    box = released_registry(tmp_path / "registry")
    box.commit("suite and routers", {**made.suite(), **made.router(1)})
    broken = made.router(2, files={"config.json": b"{}"})
    box.commit("as an administrator may", dict(broken))
    notes = {}
    for version in (1, 2, 3):
        fusion = {"routes": ROUTES, "router": {"kind": "linear", "version": version}}
        files = {"registry.yaml": render(policy(fusion=fusion)).encode()}
        merged = check(box, commit_files(box, files, parent="main")).if_merged
        assert merged is not None
        notes[version] = (merged.bump, merged.note)
    assert notes[1] == ("minor", "")
    assert notes[2][0] == notes[3][0] == ""
    assert "releases/routers/v2/config.json: the configuration does not say" in notes[2][1]
    assert "releases/routers/v3/config.json: a router has exactly six files" in notes[3][1]
