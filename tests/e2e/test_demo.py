"""`scripts/demo`: what it prints is what git, the Hub and the files in its folder say."""

import json
import re
import shlex
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from fedfuse.model import cadence
from tests.support.finished_demo import FIRST, SECOND, Played, play

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    root = tmp_path_factory.mktemp("demo") / "kept"
    done = play("--keep", str(root))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:] + done.stderr
    return Played(root, done.stdout)


def test_it_tells_the_whole_way_to_production_and_back(played: Played) -> None:
    assert [line for line in played.out.splitlines() if line.startswith("== ")] == [
        "== A registry for acme: three providers, one bare upstream",
        "== Three providers ship; each pull request is judged and merged",
        "== main owes a release: cut the tag, mirror it to the Hub",
        "== A better version: twelve worked examples in the prompt",
        "== A really worse version is refused: the bare prompt at temperature 1.5",
        "== A change of a merged manifest is refused",
        "== A node pulls the release from the Hub and proves it against git",
        "== The first release goes to production: GO, and only in the weekly window",
        "== The better release follows, and the first stays warm for a way back",
        "== The better release fails in production",
        "== The rollback is judged by its own counters and merged; the Hub and nodes follow",
        "== The hold is lifted, but what was rolled back never serves again",
        "== Where the node sends a prompt: the router is static, so the caller names its type",
    ]


def test_it_says_at_once_and_again_at_the_place_what_is_not_real(played: Played) -> None:
    beginning = played.out.partition("\n== ")[0]
    for said in ("Recorded: the measurements", "Chosen: thresholds", "Simulated: the traffic"):
        assert f"\n{said}" in beginning
    assert "\nSimulated: the traffic." in played.chapter("The better release fails")


def test_what_it_calls_merged_is_mains_history_and_nothing_else_is(played: Played) -> None:
    subjects = played.git(played.upstream, "log", "--first-parent", "--format=%s", "main")
    merged = [line for line in subjects.splitlines() if line.startswith("Merge ")]
    checked = re.findall(
        r"--head origin/(\S+) .*\n(?:    .*\n|\n)*?    merged$", played.out, re.MULTILINE
    )
    assert [f"Merge {branch}" for branch in checked] == merged[::-1]
    assert len(merged) == played.out.count("\n    merged\n") == 5 + 1 + 4


def test_what_was_refused_is_not_on_main(played: Played) -> None:
    listed = played.git(played.upstream, "ls-tree", "--name-only", "main:manifests/hf/textgen-lora")
    assert [name for name in listed.split() if name.endswith(".yaml")] == ["v1.yaml", "v2.yaml"]
    path = "manifests/hf/textgen-lora/v1.yaml"
    assert len(played.git(played.upstream, "log", "--format=%H", "main", "--", path).split()) == 1
    assert re.search(r"quality +fail", played.chapter("A really worse version"))
    assert "E206" in played.chapter("A change of a merged manifest")


def test_the_releases_it_prints_are_the_tags_of_git_and_of_the_hub(played: Played) -> None:
    cut = r"^    (\S+)  cut  .*tag object ([0-9a-f]{40})"
    printed = dict(re.findall(cut, played.out, re.MULTILINE))
    assert printed == {
        tag: played.git(played.upstream, "rev-parse", f"refs/tags/{tag}") for tag in (FIRST, SECOND)
    }
    assert played.git(played.hub, "tag", "--list").split() == [FIRST, SECOND]


def test_the_promotions_landed_in_the_window_that_the_registry_names(played: Played) -> None:
    policy = yaml.safe_load(played.git(played.upstream, "show", "main:registry.yaml"))
    (window,) = cadence.windows(policy["cadence"]["production"])
    for number in (1, 2):
        landed = played.git(played.upstream, "log", "-1", "--format=%cI", played.landing(number))
        assert window.is_open(datetime.fromisoformat(landed), ZoneInfo)
    chapter = played.chapter("The first release goes to production")
    (refused,) = re.findall(r"E712 at (\S+) no promotion window is open", chapter)
    assert not window.is_open(datetime.fromisoformat(refused), ZoneInfo)
    assert str(window) in chapter


def test_what_it_prints_of_the_channels_is_what_the_hub_held_after_each_event(
    played: Played,
) -> None:
    line = r"channels\.json there: serial (\d+), production (\S+), warm (.+)$"
    printed = re.findall(line, played.out, re.MULTILINE)
    held = [one for one in played.channels() if one["production"]]
    assert printed == [
        (
            str(one["serial"]),
            one["production"]["tag"],
            ", ".join(warm["tag"] for warm in one["warm"]) or "none",
        )
        for one in held
    ]
    assert [row[1:] for row in printed] == [(FIRST, "none"), (SECOND, FIRST), (FIRST, "none")]
    heights = [
        int(played.git(played.upstream, "rev-list", "--first-parent", "--count", commit))
        for commit in map(played.landing, (1, 2, 3))
    ]
    assert [one["serial"] for one in held] == heights
    assert heights == sorted(set(heights))


def test_the_rollback_holds_the_counters_of_the_traffic_and_so_does_the_text(
    played: Played,
) -> None:
    last = {(s["instance"], s["objective"]): s for s in played.counted()}
    answers = [s for (_, objective), s in last.items() if objective == "availability"]
    requests = sum(s["total"] for s in answers)
    errors = requests - sum(s["good"] for s in answers)
    event = played.event(3)
    assert (event["kind"], event["from"], event["to"]) == ("rollback", SECOND, FIRST)
    for window in ("5m", "30m", "1h", "6h"):
        counted = event["counters"]
        assert (counted[f"requests_{window}"], counted[f"errors_{window}"]) == (requests, errors)
    chapter = played.chapter("The better release fails")
    assert f"({errors} errors of {requests})" in chapter
    assert chapter.index(f"{SECOND}: healthy") < chapter.index(f"{SECOND}: breach of availability")


def test_the_traffic_begins_when_the_release_came_to_serve(played: Played) -> None:
    landed = int(played.git(played.upstream, "log", "-1", "--format=%ct", played.landing(2)))
    moments = [datetime.fromisoformat(s["at"]).timestamp() for s in played.counted()]
    assert min(moments) == landed == played.event(3)["counters"]["activated_at"]
    assert {s["release"] for s in played.counted()} == {SECOND}


def test_git_alone_still_says_what_it_said(played: Played) -> None:
    status = played.run("fedfuse", "status", "--limit", "1").stdout
    printed = played.chapter("The rollback is judged")
    for line in status.splitlines()[:5]:
        assert f"    {line}\n" in printed
    assert re.search(rf"^quarantined +{SECOND}$", status, re.MULTILINE)
    assert "held by" in printed
    assert "held by" not in status
    history = played.run("fedfuse", "history").stdout.splitlines()
    assert [f"    {line}" for line in history] == [
        line for line in played.chapter("The hold is lifted").splitlines() if "Z  000" in line
    ]
    assert [played.event(n)["kind"] for n in (1, 2, 3, 4)] == [
        *("promote", "promote", "rollback", "lift")
    ]


def test_what_was_rolled_back_is_refused_whenever_it_is_asked_for(played: Played) -> None:
    assert "E704" in played.chapter("The hold is lifted")
    again = played.run("fedfuse", "promote", SECOND, "--offline")
    assert (again.returncode, "E704" in again.stdout) == (1, True)


def test_the_node_serves_the_release_that_was_rolled_back_to(played: Played) -> None:
    node = played.root / "node"
    assert (node / "current").resolve() == node / FIRST
    assert (
        json.loads((node / "channels.lock").read_text())["serial"]
        == played.channels()[-1]["serial"]
    )
    made = played.root.parent / "from-git"
    pulled = played.run("fedfuse", "pull", FIRST, "--from", "git", "--to", str(made))
    assert pulled.returncode == 0, pulled.stderr
    bundles = [
        {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (node / FIRST, made / FIRST)
    ]
    assert bundles[0] == bundles[1]


def test_the_places_it_names_at_the_end_are_there(played: Played) -> None:
    listed = played.out.partition("What is where\n")[2].partition("\n\n")[0]
    places = [Path(line.split()[0]) for line in listed.splitlines()]
    assert [place.name for place in places] == [
        *("upstream.git", "clones", "hub", "node", "traffic.jsonl")
    ]
    assert all(place.exists() and place.parent == played.root for place in places)


def test_the_commands_it_proposes_at_the_end_work_there(played: Played) -> None:
    heading, _, listed = played.out.partition("Try next, in ")[2].partition("\n")
    assert Path(heading) == played.maintainer
    commands = [re.split(r"\s{2,}", line.strip())[0] for line in listed.splitlines()]
    tried = [line for line in commands if line.startswith(("fedfuse ", "git "))]
    assert len(tried) == 6
    for line in tried:
        done = played.run(*shlex.split(line))
        assert (done.returncode, bool(done.stdout), done.stderr) == (0, True, ""), line
    assert "breach of availability" in played.run("fedfuse", *shlex.split(tried[2])[1:]).stdout


def test_a_place_that_is_in_use_is_refused_and_stays_as_it_is(played: Played) -> None:
    before = sorted(played.root.rglob("*"))
    for place, why in (
        (played.root, "is not empty"),
        (played.root / "traffic.jsonl", "File exists"),
    ):
        done = play("--keep", str(place))
        lines = done.stderr.splitlines()
        assert (done.returncode, done.stdout, len(lines)) == (2, "", 2)
        assert why in lines[0]
        assert lines[1] == "fix: name a folder that does not exist yet"
    assert sorted(played.root.rglob("*")) == before
