"""Killed at each side effect on the way from a breach to the moved channel, and run again."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL

import pytest

from fedfuse_demo.hub.server import Fault as HubFault
from fedfuse_demo.hub.server import Seen as HubSeen
from tests.actions.act import Run
from tests.actions.operating import JUDGED_AND_MERGED, clock, in_operation
from tests.actions.stage import Stage
from tests.github.server import Fault, Seen
from tests.github.store import Pull
from tests.support.cli_runner import fedfuse
from tests.support.slo_registry import SERVING, WARM, json_lines, traffic, with_others

PROCESSES = Path("/proc")
pytestmark = [
    pytest.mark.act,
    pytest.mark.slow,
    pytest.mark.skipif(not PROCESSES.is_dir(), reason="finds its victims in Linux' /proc"),
]
BREACH = 65
"""Minutes after the activation at which the counters prove a breach."""
LOOKS = (
    ("slo", "POST", "/pulls", False),
    ("slo", "POST", "/pulls", True),
    ("slo", "POST", "/issues", True),
)
CHECKS = (
    ("report", "POST", "/check-runs", True),
    ("report", "POST", "/comments", True),
    ("slo", "PUT", "/merge", True),
)
"""Every write to GitHub: command, method, end of the path, and whether it was done before the
kill. The rollback's branch is pushed before the first of them."""
HUB_WRITE = re.compile(r"/commit/main$")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with in_operation(tmp_path / "stage") as stage:
        yield stage


@pytest.fixture
def source(tmp_path: Path) -> str:
    """An hour of health and an outage; the release that is rolled back to is healthy."""
    file = tmp_path / "samples.jsonl"
    samples = with_others([*traffic(SERVING), *traffic(WARM, outage_from=999, minutes=120)])
    file.write_text(json_lines(sorted(samples, key=lambda one: one.at)))
    return str(file)


def victims(below: Path, command: bytes) -> Iterator[int]:
    """The processes of a fedfuse command that work in a folder or under it.

    There may be two: a child that git is started in has the name of its parent for a moment. The
    command is named since jobs run beside each other.
    """
    for place in PROCESSES.iterdir():
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
            folder = (place / "cwd").readlink()
        except OSError:  # no process, or one that ended meanwhile
            continue
        named = any(word.endswith(b"/fedfuse") for word in words) and command in words
        if named and folder.is_relative_to(below):
            yield int(place.name)


class Rig:
    """Runs workflows of a stage, and kills fedfuse in them when it has asked for something."""

    def __init__(self, stage: Stage, root: Path, source: str) -> None:
        self.stage, self._root, self._source = stage, root, source
        self.kills = 0

    def look(self, minutes: int = BREACH) -> Mapping[str, str]:
        """The jobs of slo.yml."""
        found = self.stage.run(
            "slo", "schedule", at=clock(minutes), variables={"FEDFUSE_SLO_SOURCE": self._source}
        )
        return found.jobs

    def judge(self) -> Run:
        """A run of check.yml for the rollback."""
        return self.stage.check(self.rollback.number, at=clock(BREACH + 1))

    def check(self) -> Mapping[str, str]:
        """The jobs of check.yml for the rollback."""
        return self.judge().jobs

    def release(self) -> Mapping[str, str]:
        """The jobs of release.yml."""
        return self.stage.run("release", "push", at=clock(BREACH + 2)).jobs

    @property
    def rollback(self) -> Pull:
        """The only pull request there is."""
        (pull,) = self.stage.github.store.pulls.values()
        return pull

    def killed(
        self,
        run: Callable[[], Mapping[str, str]],
        command: str,
        method: str,
        end: str,
        *,
        done: bool,
    ) -> None:
        """Let a workflow run; kill fedfuse when GitHub hears a request, done or not."""
        before = self.kills

        def plan(seen: Seen) -> Fault | None:
            if self.kills > before or seen.method != method or not seen.path.endswith(end):
                return None
            self._kill(command)
            return Fault(0, done=done)

        self.stage.meanwhile = plan
        jobs = run()
        self.stage.meanwhile = lambda _: None
        assert self.kills == before + 1, f"nothing asked for {method} {end}"
        assert "failure" in jobs.values(), "a killed step is no success"

    def killed_at_hub(self, *, done: bool) -> None:
        """Let release.yml run; kill fedfuse when the Hub hears of a commit, done or not."""
        before = self.kills

        def plan(seen: HubSeen) -> HubFault | None:
            if self.kills > before or not HUB_WRITE.search(seen.path):
                return None
            self._kill("mirror")
            return HubFault(0, done=done)

        self.stage.hub_faults = plan
        jobs = self.release()
        self.stage.hub_faults = lambda _: None
        assert self.kills == before + 1, "nothing was committed"
        assert jobs["mirror"] == "failure"

    def _kill(self, command: str) -> None:
        found = list(victims(self._root, command.encode()))
        assert found, f"no process of fedfuse {command}"
        for victim in found:
            with suppress(ProcessLookupError):
                os.kill(victim, SIGKILL)
        self.kills += 1


def test_killed_at_each_side_effect_and_run_again_there_is_one_rollback(
    stage: Stage, source: str, tmp_path: Path
) -> None:
    rig = Rig(stage, tmp_path, source)
    for command, method, end, done in LOOKS:
        rig.killed(rig.look, command, method, end, done=done)
    assert rig.look()["judge"] == "success"
    for command, method, end, done in CHECKS:
        rig.killed(rig.check, command, method, end, done=done)
    assert rig.judge().steps == JUDGED_AND_MERGED
    for done in (False, True):
        rig.killed_at_hub(done=done)
        channels = json.loads(stage.on_hub().read("main", "channels.json", limit=10_000))
        assert channels["production"]["tag"] == (WARM if done else SERVING)
    assert set(rig.release().values()) == {"success"}
    assert set(rig.look(BREACH + 3).values()) == {"success"}

    assert rig.kills == len(LOOKS) + len(CHECKS) + 2
    assert (rig.rollback.is_open, rig.rollback.branch) == (
        False,
        "fedfuse/rollback-0003-availability",
    )
    told = [one["labels"] for one in stage.github.store.issues if one["state"] == "open"]
    assert told == [["fedfuse-breach"]]
    assert len(stage.github.store.comments) == 1
    stage.pull()
    status = fedfuse(stage.box.root, "status", "--format", "json").json()
    assert (status["production"], status["quarantined"], status["holds"]) == (WARM, [SERVING], [4])
    events = sorted(path.name for path in (stage.box.root / "releases/events").iterdir())
    assert events == [f"{number:04}.yaml" for number in range(1, 5)]
    channels = json.loads(stage.on_hub().read("main", "channels.json", limit=10_000))
    assert channels["production"]["tag"] == WARM
