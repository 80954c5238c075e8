"""Killed, raced, refused or left without an answer: the mirror ends in the one right state."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from fedfuse.adapters.hub import Hub
from fedfuse.errors import FedfuseError, RemoteError
from fedfuse.flows.releasing.mirror import MirrorReport, reconcile
from fedfuse.flows.releasing.mirror_audit import audit
from fedfuse.flows.releasing.mirror_target import MirrorTarget
from fedfuse.model.mirror import Attempt
from fedfuse_demo.hub.server import Fault, Seen
from tests.support.bundles import bundle, channels
from tests.support.killed_mirror import BUNDLES, CHANNELS, KILLED
from tests.support.mirrors import REPO, FolderRig, Rig, at_once, hub_rig

ROOT = Path(__file__).parents[2]
WRITES = {"hub": 6, "folder": 6}
"""create, two commits and two tags, and the commit of the channels."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, object]:
    folder = FolderRig(tmp_path_factory.mktemp("undisturbed") / "mirror")
    reconcile(folder.target(), BUNDLES, CHANNELS)
    with hub_rig(tmp_path_factory.mktemp("undisturbed")) as hub:
        reconcile(hub.target(), BUNDLES, CHANNELS)
        return {FolderRig.__name__: folder.everything(), type(hub).__name__: hub.everything()}


def victim(kind: str, where: str, number: int, when: str) -> int:
    command = [sys.executable, "-m", "tests.support.killed_mirror", kind, where, str(number), when]
    path = f"{ROOT}:{ROOT / 'scripts'}"
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": path}, check=False).returncode


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 7))
def test_a_run_after_a_kill_at_any_write_ends_like_an_undisturbed_one(
    rig: Rig, number: int, when: str, undisturbed: Mapping[str, object]
) -> None:
    kind = "hub" if rig.hub else "folder"
    where = rig.hub.endpoint if rig.hub else rig.target().name.removeprefix("dir:")
    assert victim(kind, where, number, when) == KILLED
    reconcile(rig.target(), BUNDLES, CHANNELS)
    assert rig.everything() == undisturbed[type(rig).__name__]


def test_the_kills_above_cover_every_write(rig: Rig) -> None:
    kind = "hub" if rig.hub else "folder"
    where = rig.hub.endpoint if rig.hub else rig.target().name.removeprefix("dir:")
    assert victim(kind, where, 7, "before") == 0


def test_eight_runners_at_once_all_succeed_and_leave_one_state(
    rig: Rig, undisturbed: Mapping[str, object]
) -> None:
    results = at_once([lambda: reconcile(rig.target(), BUNDLES, CHANNELS)] * 8)
    assert [type(result) for result in results] == [MirrorReport] * 8, results
    assert rig.everything() == undisturbed[type(rig).__name__]


def main_at_9(serial: int) -> int:
    del serial
    return 9


def test_runners_of_different_age_leave_the_newest_state(rig: Rig) -> None:
    three = (*BUNDLES, bundle("1.2.0"))
    reconcile(rig.target(), BUNDLES[:1], channels(3, "1.0.0"))
    ages = [
        lambda: reconcile(rig.target(), BUNDLES[:1], channels(3, "1.0.0"), main_height=main_at_9),
        lambda: reconcile(rig.target(), BUNDLES, CHANNELS, main_height=main_at_9),
        lambda: reconcile(rig.target(), three, channels(9, "1.2.0"), main_height=main_at_9),
    ]
    assert all(isinstance(result, MirrorReport) for result in at_once(ages * 2))
    assert set(rig.tags()) == {made.tag for made in three}
    assert {path: rig.files()[path] for path in three[-1].files} == dict(three[-1].files)


class Overtaker:
    """Lets a newer runner finish just before this target's second commit."""

    def __init__(self, target: MirrorTarget, newer: Callable[[], object]) -> None:
        self._target = target
        self._newer = newer
        self._commits = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def commit(self, **change: Any) -> Attempt:
        """Commit, the second time after the newer runner."""
        self._commits += 1
        if self._commits == 2:
            self._newer()
        return self._target.commit(**change)


def test_a_runner_overtaken_between_its_writes_does_not_undo_the_newer_one(rig: Rig) -> None:
    three = (*BUNDLES, bundle("1.2.0"))
    reconcile(rig.target(), BUNDLES[:1], channels(3, "1.0.0"))
    overtaken = Overtaker(
        rig.target(), lambda: reconcile(rig.target(), three, channels(9, "1.2.0"))
    )
    report = reconcile(cast("MirrorTarget", overtaken), BUNDLES, CHANNELS, main_height=main_at_9)
    assert report.overtaken
    assert audit(rig.target(), three, channels(9, "1.2.0")) == ()


WRITE_PATHS = ("/api/repos/create", f"/api/models/{REPO}/commit/main", f"/api/models/{REPO}/tag/")


def at_write(number: int, fault: Fault) -> Callable[[Seen], Fault | None]:
    """A plan in which the N-th write to the Hub goes wrong, once."""
    seen = 0

    def plan(request: Seen) -> Fault | None:
        nonlocal seen
        seen += request.method == "POST" and request.path.startswith(WRITE_PATHS)
        strikes = seen == number and request.path.startswith(WRITE_PATHS)
        seen += strikes  # never twice
        return fault if strikes else None

    return plan


@pytest.mark.parametrize(
    "fault", [Fault(500, done=False), Fault(500, done=True), Fault(0, done=True)]
)
@pytest.mark.parametrize("number", range(2, 7))
def test_a_write_without_a_certain_answer_is_looked_up_again(
    tmp_path: Path, number: int, fault: Fault, undisturbed: Mapping[str, object]
) -> None:
    with hub_rig(tmp_path, at_write(number, fault)) as rig:
        reconcile(rig.target(), BUNDLES, CHANNELS)
        assert rig.everything() == undisturbed["HubRig"]


@pytest.mark.parametrize("status", [409, 412])
def test_a_single_refusal_of_a_commit_is_planned_anew(
    tmp_path: Path, status: int, undisturbed: Mapping[str, object]
) -> None:
    with hub_rig(tmp_path, at_write(2, Fault(status, done=False))) as rig:
        reconcile(rig.target(), BUNDLES, CHANNELS)
        assert rig.everything() == undisturbed["HubRig"]


def test_endless_refusals_end_in_an_error_with_a_fix_after_a_bounded_number_of_tries(
    tmp_path: Path,
) -> None:
    def storm(seen: Seen) -> Fault | None:
        return Fault(412, done=False) if "/commit/" in seen.path else None

    with hub_rig(tmp_path, storm) as rig:
        with pytest.raises(RemoteError, match="412") as raised:
            reconcile(rig.target(), BUNDLES, CHANNELS)
        assert raised.value.fix
        assert rig.hub is not None
        assert len(rig.hub.seen) < 200


@pytest.mark.parametrize("token", ["wrong", "hf_testx"])
def test_a_wrong_token_is_one_error_with_its_fix_and_nothing_is_written(
    tmp_path: Path, token: str
) -> None:
    with hub_rig(tmp_path) as rig:
        reconcile(rig.target(), BUNDLES[:1], channels(3, "1.0.0"))
        before = rig.everything()
        assert rig.hub is not None
        stranger = Hub(REPO, endpoint=rig.hub.endpoint, token=token)
        with pytest.raises(RemoteError, match="refuses the given token") as raised:
            reconcile(stranger, BUNDLES, CHANNELS)
        assert "HF_TOKEN" in raised.value.fix
        assert rig.everything() == before


def test_a_missing_token_is_noticed_before_anything_is_uploaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    with hub_rig(tmp_path) as rig:
        reconcile(rig.target(), BUNDLES[:1], channels(3, "1.0.0"))
        assert rig.hub is not None
        before = len(rig.hub.seen)
        with pytest.raises(RemoteError, match="refuses this login"):
            reconcile(Hub(REPO, endpoint=rig.hub.endpoint), BUNDLES, CHANNELS)
        later = rig.hub.seen[before:]
        assert later[-1].path.endswith("/auth-check/write")
        # who has nothing to write needs no right to write
        reconcile(Hub(REPO, endpoint=rig.hub.endpoint), BUNDLES[:1], channels(3, "1.0.0"))


def test_a_hub_that_is_not_there_is_one_error_with_a_fix(tmp_path: Path) -> None:
    with hub_rig(tmp_path) as rig:
        assert rig.hub is not None
        endpoint = rig.hub.endpoint
    with pytest.raises(FedfuseError, match="cannot be reached") as raised:
        reconcile(Hub(REPO, endpoint=endpoint, token="x"), BUNDLES, CHANNELS)  # noqa: S106 - fake
    assert raised.value.exit_code == 3


def test_a_folder_that_cannot_be_made_is_one_error_with_a_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RemoteError) as raised:
        reconcile(FolderRig(tmp_path / "file" / "mirror").target(), BUNDLES, CHANNELS)
    assert raised.value.fix
