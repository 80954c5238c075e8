"""Bundles: their sums are what sha256sum reads, and no hostile path gets near a disc."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.bundle import (
    MAX_PATH_LENGTH,
    collisions,
    listing_digest,
    path_problem,
    shown,
)
from fedfuse.model.canonical import sha256
from tests.support.bundles import bundle


def test_sha256sum_itself_accepts_a_bundle(tmp_path: Path) -> None:
    for path, body in bundle("1.0.0").files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(body)
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0


def test_the_sums_name_every_file_but_themselves() -> None:
    for files in (bundle("1.0.0").files, bundle("1.0.0").pulled):
        lines = files["SHA256SUMS"].decode().splitlines()
        named = {line[66:]: line[:64] for line in lines}
        rest = {path: sha256(body) for path, body in files.items() if path != "SHA256SUMS"}
        assert named == rest


def test_the_mirror_file_names_the_tag_object_and_the_commit() -> None:
    made = bundle("1.0.0")
    said = json.loads(made.determined["MIRROR.json"])
    assert said == {
        "tag": made.tag,
        "tag_object": made.tag_object,
        "commit": json.loads(made.record)["commit"],
        "engine": 1,
    }


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../x",
        "a//b",
        "a/",
        ".git/config",
        "a/.hidden",
        "-rf",
        "a\\b",
        "a\nb",
        "a\0b",
        "c:x",
        "\u0430.yaml",
        "x" * (MAX_PATH_LENGTH + 1),
    ],
)
def test_a_path_that_is_not_plain_is_a_problem_and_shown_harmlessly(path: str) -> None:
    assert path_problem(path)
    assert shown(path).isascii()
    assert "\n" not in shown(path)


def test_plain_paths_are_no_problem() -> None:
    assert not [path for path in bundle("1.0.0").files if path_problem(path)]


@pytest.mark.parametrize(
    ("paths", "clashing"),
    [
        (["a", "b"], ()),
        (["README.md", "readme.md"], ("readme.md",)),
        (["a", "a/b"], ("a/b",)),
        (["A", "a/b/c"], ("a/b/c",)),
        (["a/b", "a/c"], ()),
    ],
)
def test_paths_that_a_disc_would_merge_are_named(
    paths: list[str], clashing: tuple[str, ...]
) -> None:
    assert collisions(paths) == clashing


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_a_listing_digest_does_not_depend_on_order(sums: dict[str, str]) -> None:
    assert listing_digest(sums) == listing_digest(dict(reversed(sums.items())))
