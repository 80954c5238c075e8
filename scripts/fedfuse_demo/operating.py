"""The second half of the demonstration: releases go to production, and one has to come back."""

import json
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from fedfuse.model.release import timestamp
from fedfuse_demo import traffic
from fedfuse_demo.pulls import MAINTAINER, judge, merge
from fedfuse_demo.stage import Stage
from fedfuse_demo.story import FIRST_TAG, HUB, SECOND_TAG
from fedfuse_demo.traffic import Traffic

COUNTERS = "traffic.jsonl"
_MAY_LAND = ("pass: this event may land", f"({MAINTAINER}) is a maintainer")
_SIMULATED = """\
Simulated: the traffic. Nobody asks a demonstration anything, so two nodes' counters are made up.
Real: everything that follows from them."""
_OTHER_DAY = timedelta(days=3)
"""From a day with a window to one without."""


def tell(stage: Stage) -> None:
    """Play every chapter. Raises FedfuseError as soon as one does not end as it must."""
    first_promotion(stage)
    second_promotion(stage)
    rollback(stage, breach(stage))
    never_again(stage)
    routes(stage)


def first_promotion(stage: Stage) -> None:
    """A release that is GO is promoted, but only in the weekly window."""
    stage.chapter("The first release goes to production: GO, and only in the weekly window")
    maintainer = stage.clone_of("maintainer")
    stage.fedfuse(maintainer, "checklist", FIRST_TAG, says=(f"GO {FIRST_TAG}",))
    then = timestamp(datetime.now(UTC) + _OTHER_DAY)
    stage.say("Three days from now nothing could be promoted:")
    stage.fedfuse(
        maintainer, *("promote", FIRST_TAG, "--at", then), expect=1, says=("E712", "no promotion")
    )
    stage.say("Now it can:")
    promote(stage, FIRST_TAG)
    mirrored(stage, production=FIRST_TAG, warm=())


def second_promotion(stage: Stage) -> None:
    """The better release follows; the one before it stays warm, also on the node."""
    stage.chapter("The better release follows, and the first stays warm for a way back")
    promote(stage, SECOND_TAG)
    mirrored(stage, production=SECOND_TAG, warm=(FIRST_TAG,))
    stage.fedfuse(
        stage.clone_of("maintainer"),
        *("status", "--limit", "1"),
        says=(f"production {SECOND_TAG}", f"event 0002: promote {SECOND_TAG}", f"warm {FIRST_TAG}"),
    )
    node_follows(stage, SECOND_TAG)


def breach(stage: Stage) -> str:
    """Healthy traffic says nothing, an outage is a breach; returns the rollback's branch."""
    stage.chapter("The better release fails in production")
    stage.say(_SIMULATED)
    maintainer = stage.clone_of("maintainer")
    nodes = Traffic(stage.root / COUNTERS, SECOND_TAG, until=_promoted_at(stage))
    look = ("slo", "check", "--source", f"../../{COUNTERS}")
    nodes.go_on(datetime.now(UTC), traffic.HEALTHY)
    healthy = stage.fedfuse(maintainer, *look, says=(f"{SECOND_TAG}: healthy",), show=False)
    stage.say(f"    {healthy.splitlines()[0]}")
    nodes.go_on(datetime.now(UTC), traffic.OUTAGE)
    stage.say("Now four requests of ten fail:")
    stage.fedfuse(
        maintainer,
        *(*look, "--open-pr"),
        expect=1,
        says=(f"{SECOND_TAG}: breach of availability", f"action: rollback, {FIRST_TAG}"),
    )
    stage.git(maintainer, "fetch", "-q", "origin")
    branches = stage.git(maintainer, "branch", "-r", "--list", "origin/fedfuse/rollback-*").split()
    stage.must(len(branches) == 1, "one branch proposes the rollback")
    return branches[0].removeprefix("origin/")


def rollback(stage: Stage, branch: str) -> None:
    """The event holds the counters, `check` recomputes the decision, and consumers follow."""
    stage.chapter("The rollback is judged by its own counters and merged; the Hub and nodes follow")
    maintainer = stage.clone_of("maintainer")
    event = "releases/events/0003.yaml"
    stage.say(f"The branch {branch} adds {event}:")
    for line in stage.git(maintainer, "show", f"origin/{branch}:{event}").splitlines():
        stage.say(f"    {line}")
    before = channels(stage)["serial"]
    judge(stage, branch, actor=MAINTAINER, says=_MAY_LAND, show=False)
    merge(stage, branch)
    mirrored(stage, production=FIRST_TAG, warm=())
    stage.must(channels(stage)["serial"] > before, f"the channels' serial rose from {before}")
    node_follows(stage, FIRST_TAG)
    stage.fedfuse(
        maintainer,
        *("status", "--limit", "1"),
        says=(
            *(f"production {FIRST_TAG}", "event 0003: rollback", "warm none yet"),
            *("held by event 0003", f"quarantined {SECOND_TAG}"),
        ),
    )


def never_again(stage: Stage) -> None:
    """What was rolled back stays quarantined when nothing else is held back any more."""
    stage.chapter("The hold is lifted, but what was rolled back never serves again")
    maintainer = stage.clone_of("maintainer")
    land(stage, "lift", "3")
    refused = ("E704", f"{SECOND_TAG} was rolled back and stays quarantined")
    stage.fedfuse(maintainer, "promote", SECOND_TAG, expect=1, says=refused)
    events = (
        f"0001 promote {FIRST_TAG}",
        f"0002 promote {SECOND_TAG}",
        "0003 rollback",
        "0004 lift",
    )
    stage.fedfuse(maintainer, "history", says=events)
    stage.fedfuse(maintainer, "audit", "--replay", "--hub", says=(": 0 problems",))


def routes(stage: Stage) -> None:
    """A prompt goes where the route table of what serves sends it."""
    stage.chapter(
        "Where the node sends a prompt: the router is static, so the caller names its type"
    )
    node, unit = stage.root / "node", "hf/textgen-lora@v1"
    words = ("route", "Which way to the harbour?", "--type", "chat", "--release", "current")
    stage.fedfuse(node, *words, says=(unit, FIRST_TAG))


def promote(stage: Stage, tag: str) -> None:
    """Promote a release; the verdict says that it is GO, the outside included."""
    land(stage, "promote", tag, says=("remote: ok (the checklist is GO)",))


def land(stage: Stage, *words: str, says: tuple[str, ...] = ()) -> None:
    """Let a command write an event, and bring it onto main as its `next:` line says."""
    maintainer = stage.clone_of("maintainer")
    stage.fedfuse(maintainer, *words, says=("releases/events/",))
    stage.follow(maintainer)
    branch = stage.git(maintainer, "branch", "--show-current")
    stage.git(maintainer, "switch", "-q", "main")
    judge(stage, branch, actor=MAINTAINER, says=(*_MAY_LAND, *says), show=False)
    merge(stage, branch)


def mirrored(stage: Stage, *, production: str, warm: tuple[str, ...]) -> None:
    """Mirror what main says now, and read what consumers read on the Hub."""
    stage.fedfuse(stage.clone_of("maintainer"), "mirror", says=(HUB,))
    found = channels(stage)
    named = found["production"]["tag"], tuple(one["tag"] for one in found["warm"])
    stage.must(named == (production, warm), f"the Hub names {production} and warm {warm}")
    stage.say(
        f"    channels.json there: serial {found['serial']}, production {named[0]}, "
        f"warm {', '.join(named[1]) or 'none'}"
    )


def node_follows(stage: Stage, production: str) -> None:
    """The node fetches what serves and what is warm, and switches over."""
    node = stage.root / "node"
    stage.fedfuse(
        node,
        *("pull", "--warm", "--from", HUB, "--to", ".", "--registry", str(stage.upstream)),
        says=(f"{production}: ", "anchored: the registry knows", f"current is {production}"),
    )
    switched = (node / "current").resolve() == (node / production).resolve()
    stage.must(switched, f"the node serves {production}")


def channels(stage: Stage) -> Any:
    """channels.json as the Hub answers it to anybody."""
    connection = HTTPConnection(urlsplit(stage.hub.endpoint).netloc, timeout=10)
    path = HUB.removeprefix("hf:/") + "/resolve/main/channels.json"
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def _promoted_at(stage: Stage) -> datetime:
    """When the promotion that serves landed on main."""
    return datetime.fromisoformat(
        stage.git(stage.clone_of("maintainer"), "log", "-1", "--format=%cI", "main")
    )
