"""A main that lost what git has signed: the mirror is never taken back with it."""

import shutil
from collections.abc import Callable

import pytest

from tests.support.main_states import MainState
from tests.support.published_registry import FIRST, THIRD


def back_to_the_first_release(state: MainState) -> str:
    """Make main of the clone what it was when the first release was cut."""
    target = state.box.git("rev-parse", f"{FIRST}^{{commit}}")
    state.box.git("reset", "-q", "--hard", target)
    return target


def everywhere(state: MainState) -> None:
    """Main is moved back on the registry, and every clone follows."""
    back_to_the_first_release(state)
    state.box.git("push", "-q", "--force", "origin", "main")
    state.box.git("fetch", "-q", "origin")


def in_a_clone_without_its_tags(state: MainState) -> None:
    """As before, and the clone has only the tags of its own main."""
    everywhere(state)
    for tag in state.box.git("tag", "--list", "--no-merged", "main").split():
        state.box.git("tag", "-d", tag)


def in_a_clone_without_origin(state: MainState) -> None:
    """The registry itself is moved back, by hand."""
    state.box.git("remote", "remove", "origin")
    back_to_the_first_release(state)


WAYS = (everywhere, in_a_clone_without_its_tags, in_a_clone_without_origin)


@pytest.mark.parametrize("move_back", WAYS)
def test_a_mirror_is_not_taken_back_to_a_main_that_lost_its_releases(
    main_state: MainState, move_back: Callable[[MainState], None]
) -> None:
    before = main_state.rig.everything()
    move_back(main_state)
    done = main_state.run("mirror")
    assert done.is_error(3), done
    assert "this main was moved back" in done.err
    assert main_state.rig.everything() == before


def test_a_clone_that_has_parted_from_origin_takes_nothing_back(main_state: MainState) -> None:
    before = main_state.rig.everything()
    parted = main_state.root / "parted"
    shutil.copytree(main_state.root / "clone", parted)
    main_state.box.root = parted
    main_state.box.git("reset", "-q", "--hard", f"{THIRD}^{{commit}}")
    main_state.box.git("update-ref", "refs/remotes/origin/main", "HEAD")
    main_state.box.commit("registry: a commit of this clone alone", {"notes.md": b"mine\n"})
    main_state.box.git("update-ref", "refs/remotes/origin/main", "HEAD")
    done = main_state.run("mirror", clone="parted")
    assert (done.code, done.err) == (0, "")
    assert "a runner with a newer main was here first" in done.out
    assert main_state.rig.everything() == before


def test_a_main_that_lost_only_an_event_looks_like_a_forgery_so_both_are_said(
    main_state: MainState,
) -> None:
    """Git has signed nothing of what was lost, and the mirror vouches for nothing."""
    main_state.box.git("reset", "-q", "--hard", "HEAD~1")
    main_state.box.git("push", "-q", "--force", "origin", "main")
    main_state.box.git("fetch", "-q", "origin")
    done = main_state.run("mirror")
    assert done.code == 0
    assert "hand edits of channels.json, unless main was moved back behind an event" in done.out
