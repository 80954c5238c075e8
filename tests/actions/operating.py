"""A stage in operation: three releases tagged, mirrored and promoted one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from fedfuse.adapters.github_http import Session
from fedfuse.model.release import timestamp
from tests.actions.stage import REPOSITORY, Stage, begin, opened
from tests.github.store import MAINTAINER, Pull, token_of
from tests.support.operating_registry import CHECKLIST, promotion
from tests.support.registry import TOOL
from tests.support.slo_registry import ACTIVATED_AT, OBJECTIVES, OLDEST, SERVING, WARM

TAGGED_AT = timestamp(ACTIVATED_AT - timedelta(hours=1))
CADENCE = {
    "candidates": [{"day": "tuesday", "from": "12:00", "to": "23:00", "time_zone": "UTC"}],
    "production": [{"day": "tuesday", "from": "12:00", "to": "23:00", "time_zone": "UTC"}],
}
"""The day of `ACTIVATED_AT` is a Tuesday."""
_BEFORE = ("Check out main", "Install the tool of main", "Become the release App")
_JUDGED = (*_BEFORE, "Fetch the head as objects", "Judge and publish the verdict")
_MERGED = (*_BEFORE, "Merge a rollback that a breach proves, and nothing else")
JUDGED_ONLY = frozenset(("judge", step, "success") for step in _JUDGED)
"""Job, step, result of check.yml for a pull request that is admitted and that people merge."""
JUDGED_AND_MERGED = JUDGED_ONLY | {("merge", step, "success") for step in _MERGED}
"""The same for a rollback that a breach proves: the job that holds the token which writes to main
does this and nothing else."""


def clock(minutes: float) -> str:
    """A moment after the activation of `SERVING`."""
    return timestamp(ACTIVATED_AT + timedelta(minutes=minutes))


@contextmanager
def in_operation(root: Path, *, promoted: int = 3, **policy: Any) -> Iterator[Stage]:
    """A stage on which the newest of the `promoted` oldest releases serves since `ACTIVATED_AT`."""
    box = begin(root / "box", **{"slo": OBJECTIVES, "cadence": CADENCE, **policy})
    box.commit("registry: the go/no-go list", {CHECKLIST: (TOOL / CHECKLIST).read_bytes()})
    box.land_first_release()
    for version in (2, 3):
        box.land("hf/textgen-lora", version, quality=0.85 + version / 25)
    with opened(root, box) as stage:
        assert set(stage.run("release", "push", at=TAGGED_AT).jobs.values()) == {"success"}
        stage.pull()
        box.clock = int(ACTIVATED_AT.timestamp()) - promoted * 60
        for number, tag in enumerate((OLDEST, WARM, SERVING)[:promoted], start=1):
            box.commit(f"event {number:04}", {**promotion(box, number, tag)})
        stage.merge()
        assert set(stage.run("release", "push", at=clock(0)).jobs.values()) == {"success"}
        yield stage


def approve_and_merge(stage: Stage, pull: Pull, minutes: float) -> None:
    """What a maintainer does on the page of a pull request, and what GitHub starts then."""
    assert stage.check(pull.number, at=clock(minutes)).jobs == {"judge": "success"}
    stage.github.store.reviews[pull.number] = ["APPROVED"]
    with Session(stage.github.url, token_of(MAINTAINER)) as session:
        path = f"/repos/{REPOSITORY}/pulls/{pull.number}/merge"
        session.change("PUT", path, {"sha": pull.head, "merge_method": "squash"})
    assert set(stage.run("release", "push", at=clock(minutes + 1)).jobs.values()) == {"success"}
    stage.pull()
