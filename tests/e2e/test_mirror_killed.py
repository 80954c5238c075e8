"""`fedfuse mirror` as a process: killed at any request, raced by others, frugal with requests."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL
from threading import Event

import pytest

from fedfuse_demo.hub.server import Fault, Seen
from tests.support import mirrored_registry
from tests.support.cli_runner import start
from tests.support.mirrored_registry import Stage
from tests.support.mirrors import REPO
from tests.support.published_registry import FIRST, NAME, SECOND

MODEL = f"/api/models/{REPO}"
PUBLISH_ONE = ("validate-yaml", "preupload/main", "commit/main", "tag", "tree")
REQUESTS = (
    *("refs", "create", "refs", "tree"),
    *PUBLISH_ONE,
    *PUBLISH_ONE,
    *("preupload/main", "commit/main", "tree"),
)
"""What mirroring two releases to a Hub that has no such repository asks of it."""
WRITES = ("create", "commit/main", "tag")
KILLS = [
    *((number, "before") for number in range(1, len(REQUESTS) + 1)),
    *((number, "after") for number, what in enumerate(REQUESTS, 1) if what in WRITES),
]
"""A request that only reads is the same before and after it was carried out."""

Staged = Callable[[Callable[[Seen], Fault | None]], AbstractContextManager[Stage]]


@pytest.fixture
def staged(originals: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staged:
    def make(faults: Callable[[Seen], Fault | None]) -> AbstractContextManager[Stage]:
        return mirrored_registry.hub_stage(originals["hub"], tmp_path, monkeypatch, faults=faults)

    return make


class Killer:
    """Kills a process from within the Hub at its N-th request, before or after that is done."""

    def __init__(self, number: int, when: str) -> None:
        self._number = number
        self._done = when == "after"
        self._victim: BaseProcess | None = None
        self._known = Event()

    def __call__(self, seen: Seen) -> Fault | None:
        """The fault of this request."""
        if seen.number != self._number:
            return None
        self._known.wait()
        assert self._victim is not None
        self._victim.kill()
        return Fault(0, done=self._done)

    def watch(self, victim: BaseProcess) -> int | None:
        """Let it live until its request comes; its exit code."""
        self._victim = victim
        self._known.set()
        victim.join()
        return victim.exitcode


def short(seen: Seen) -> str:
    """What a request is about, without names and ids."""
    what = seen.path.removeprefix(f"{MODEL}/").removeprefix("/api/").removeprefix("repos/")
    return what.split("/")[0] if what.startswith(("tag/", "tree/")) else what


@pytest.fixture(scope="module")
def undisturbed(
    originals: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, object]:
    root = tmp_path_factory.mktemp("undisturbed")
    with (
        pytest.MonkeyPatch.context() as patch,
        mirrored_registry.hub_stage(originals["hub"], root, patch) as stage,
    ):
        stage.mirror()
        assert tuple(short(seen) for seen in hub_requests(stage)) == REQUESTS
        return stage.rig.everything()


def hub_requests(stage: Stage) -> list[Seen]:
    """Every request the Hub has seen."""
    assert stage.rig.hub is not None
    return stage.rig.hub.seen


@pytest.mark.slow
@pytest.mark.parametrize(("number", "when"), KILLS)
def test_killed_at_any_request_and_run_again_the_hub_ends_as_if_undisturbed(
    staged: Staged, undisturbed: Mapping[str, object], number: int, when: str
) -> None:
    killer = Killer(number, when)
    with staged(killer) as stage:
        assert killer.watch(start(stage.box.root, "mirror")) == -SIGKILL
        assert len(hub_requests(stage)) == number
        stage.mirror()
        assert stage.rig.everything() == undisturbed


def test_eight_racing_runs_all_succeed_and_leave_one_state(
    staged: Staged, undisturbed: Mapping[str, object]
) -> None:
    with staged(lambda _: None) as stage:
        racers = [start(stage.box.root, "mirror") for _ in range(8)]
        for racer in racers:
            racer.join()
        assert [racer.exitcode for racer in racers] == [0] * 8
        assert stage.rig.everything() == undisturbed


def test_eight_racing_releases_leave_one_state_on_git_and_hub(
    staged: Staged, undisturbed: Mapping[str, object]
) -> None:
    with staged(lambda _: None) as stage:
        for tag in (FIRST, SECOND):
            stage.box.git("tag", "-d", tag)
            stage.box.git("push", "-q", "origin", f":refs/tags/{tag}")
        racers = [start(stage.box.root, "release") for _ in range(8)]
        for racer in racers:
            racer.join()
        assert [racer.exitcode for racer in racers] == [0] * 8
        assert stage.rig.everything() == undisturbed
        assert stage.run("audit", "--hub", "--replay").code == 0


def test_a_run_without_work_asks_twice_and_a_release_at_most_twelve_times(staged: Staged) -> None:
    with staged(lambda _: None) as stage:
        stage.mirror()
        asked = len(hub_requests(stage))
        stage.mirror()
        assert len(hub_requests(stage)) - asked <= 2
        stage.box.land("gcp/embedder", 2, quality=0.95)
        stage.box.land("gcp/retrieval-eval", 2, subject="gcp/embedder@v2", quality=0.95)
        stage.box.git("push", "-q", "origin", "main")
        asked = len(hub_requests(stage))
        assert stage.run("release").code == 0
        assert len(hub_requests(stage)) - asked <= 12
        assert f"{NAME}-v1.0.2" in stage.rig.tags()
