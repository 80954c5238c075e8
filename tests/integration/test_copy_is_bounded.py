"""What a node takes of its registry's git has a limit in size and in time."""

import os
import socket
from pathlib import Path

import pytest

from fedfuse.adapters.git.copy import Source, refresh
from fedfuse.adapters.git.process import Bounds
from fedfuse.errors import RemoteError
from tests.support.registry import RegistrySandbox

NEEDED = ("registry.yaml", "schemas/", "releases/")


def source(url: str, *, seconds: float = 60, megabytes: int = 64) -> Source:
    bounds = Bounds(seconds=seconds, file_bytes=megabytes * 2**20)
    return Source(url, now=NEEDED, ever="releases/events", bounds=bounds)


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    """Two megabytes that nothing makes smaller are on main."""
    box = RegistrySandbox.create(tmp_path / "registry")
    box.commit("large", {"releases/x.json": os.urandom(2 * 2**20)})
    return box


def test_a_registry_that_sends_too_much_is_refused_and_nothing_is_kept(
    box: RegistrySandbox, tmp_path: Path
) -> None:
    place = tmp_path / "copy"
    with pytest.raises(RemoteError, match="has 1,048,576 bytes or more") as refused:
        refresh(place, source(str(box.root), megabytes=1))
    assert "address of a registry" in refused.value.fix
    assert list(tmp_path.glob("copy*")) == []
    refresh(place, source(str(box.root)))
    assert place.is_dir()


def test_many_small_fetches_count_together(box: RegistrySandbox, tmp_path: Path) -> None:
    place = tmp_path / "copy"
    refresh(place, source(str(box.root), megabytes=3))
    box.commit("more", {"releases/y.json": os.urandom(2 * 2**20)})
    with pytest.raises(RemoteError, match="has 3,145,728 bytes or more"):
        refresh(place, source(str(box.root), megabytes=3))


def test_a_registry_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/registry.git"
        with pytest.raises(RemoteError, match=r"took more than 0\.5 seconds") as refused:
            refresh(tmp_path / "copy", source(url, seconds=0.5))
    assert refused.value.fix
    assert list(tmp_path.glob("copy*")) == []
