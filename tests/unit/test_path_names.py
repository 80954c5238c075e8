from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.path_names import collisions, is_portable

MAIN: Mapping[str, tuple[str, ...]] = {"": ("README.md", "scripts"), "scripts": ("demo",)}


def collide(*paths: str, gone: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return list(collisions(paths, gone=frozenset(gone), names=lambda folder: MAIN.get(folder, ())))


@pytest.mark.parametrize(
    "name", ["a.py", "A-b_c.1", ".github/x", "auxiliary", "con-text", "x" * 100]
)
def test_plain_names_are_portable(name: str) -> None:
    assert is_portable(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a//b",
        "-x",
        "a/-x",
        ".git.",
        "a.",
        "..",
        "aux",
        "a/NUL.txt",
        "é",
        "a b",
        "a\n",
        "x" * 101,
    ],
)
def test_names_that_systems_or_programs_read_otherwise_are_not(name: str) -> None:
    assert not is_portable(name)


def test_new_paths_and_folders_collide_in_another_case() -> None:
    assert collide("tests/a", "tests/A") == [("tests/A", "tests/a")]
    assert collide("tests/a", "Tests/b") == [("Tests/b", "tests")]
    assert collide("tests/a", "tests/b") == []


def test_a_new_path_collides_with_what_main_has_in_another_case() -> None:
    assert collide("readme.md") == [("readme.md", "README.md")]
    assert collide("Scripts/x") == [("Scripts/x", "scripts")]
    assert collide("scripts/DEMO") == [("scripts/DEMO", "scripts/demo")]
    assert collide("README.md", "scripts/demo", "scripts/test") == []


def test_a_file_that_goes_away_is_in_nobodys_way() -> None:
    assert collide("readme.md", gone=("README.md",)) == []


@given(st.lists(st.sampled_from(["a", "A", "a/b", "A/b", "b/A", "b/a"]), unique=True))
def test_without_collisions_no_two_places_differ_only_in_case(paths: list[str]) -> None:
    places = {"/".join(p.split("/")[:n]) for p in paths for n in range(1, p.count("/") + 2)}
    assert bool(collide(*paths)) == (len({p.casefold() for p in places}) < len(places))
