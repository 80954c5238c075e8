"""`fedfuse pull` as a process: killed at any moment, raced by others, watched while it switches."""

import multiprocessing
import shutil
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

import pytest

from fedfuse.model.bundle import Bundle
from tests.support.cli_runner import fedfuse, start
from tests.support.killed_pull import KILLED, Victim
from tests.support.mirrors import FolderRig
from tests.support.nodes import ONE, THREE, TWO, everything, is_whole, look, releases, serve

WARM = ("--warm",)


@dataclass(frozen=True, slots=True)
class Story:
    """A node that serves one release when its mirror names another."""

    before: tuple[Bundle, ...]
    """Production and what is warm when the node pulled last; empty when it never did."""
    after: tuple[Bundle, ...]
    what: tuple[str, ...] = WARM
    killed: str = ""
    """The moment another pull has died at meanwhile."""


STORIES = {
    "the first pull": Story((), (ONE,)),
    "a promotion": Story((TWO, ONE), (THREE, TWO, ONE)),
    "a rollback": Story((THREE, TWO), (TWO,)),
    "a rollback after a kill": Story((THREE, TWO), (TWO,), killed="amid write"),
    "a pull without a link": Story((TWO,), (THREE,), ("production",)),
}


@dataclass(frozen=True, slots=True)
class Node:
    """A folder of releases and the command that brings it up to date."""

    root: Path
    words: tuple[str, ...]

    @property
    def to(self) -> Path:
        """The folder."""
        return self.root / "node"

    @property
    def command(self) -> tuple[str, ...]:
        """The pull into this folder."""
        return ("pull", *self.words, "--to", str(self.to))

    def pull(self) -> None:
        """Pull, undisturbed."""
        done = fedfuse(self.root, *self.command)
        assert done.code == 0, done.err or done.out

    def dying(self, moment: int) -> Victim:
        """Start a pull that dies at a moment."""
        return Victim(self.to, self.command, moment)

    def copy(self, name: str) -> "Node":
        """A node that is in the same state."""
        copied = Node(self.root.parent / name, self.words)
        copied.root.mkdir()
        if self.to.exists():
            shutil.copytree(self.to, copied.to, symlinks=True)
        return copied


def node(root: Path, what: tuple[str, ...] = WARM) -> Node:
    """One whose mirror is the folder `mirror` beside it."""
    made = Node(root / "original", (*what, "--from", f"dir:{root / 'mirror'}"))
    made.root.mkdir()
    return made


def prepared(story: Story, root: Path) -> Node:
    """The node of a story, before it pulls what its mirror names by now."""
    rig, made = FolderRig(root / "mirror"), node(root, story.what)
    if story.before:
        serve(rig, 7, *story.before)
        made.pull()
    serve(rig, 8, *story.after)
    if story.killed:
        moments = made.copy("rehearsal").dying(0).moments()
        assert made.dying(moments.index(story.killed) + 1).join() == KILLED
    return made


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_killed_at_any_moment_a_reader_finds_a_whole_release_and_the_next_run_ends_as_ever(
    tmp_path: Path, story: Story
) -> None:
    original = prepared(story, tmp_path)
    undisturbed = original.copy("undisturbed")
    moments = undisturbed.dying(0).moments()
    seen = set()
    for moment, what in enumerate(moments, 1):
        victim = original.copy(f"killed at {moment}")
        assert victim.dying(moment).join() == KILLED, what
        assert all(is_whole(release) for release in releases(victim.to)), what
        seen |= served(victim, story)
        victim.pull()
        assert everything(victim.to) == everything(undisturbed.to), what
    assert seen == served(original, story) | served(undisturbed, story)


def served(of: Node, story: Story) -> set[str]:
    """What a reader finds; only a node that was never pulled may serve nothing."""
    if story.what == WARM:
        return {look(of.to)} if story.before or (of.to / "current").is_symlink() else set()
    assert {release.tag for release in story.before} <= {path.name for path in releases(of.to)}
    return set()


def test_a_pull_has_every_kind_of_moment_that_the_victims_die_at(tmp_path: Path) -> None:
    moments = prepared(STORIES["a promotion"], tmp_path).dying(0).moments()
    kinds = ("flock", "mkdir", "open", "write", "fsync", "rename", "symlink", "replace", "rmdir")
    assert {f"{when} {kind}" for kind in kinds for when in ("before", "after")} <= set(moments)
    assert "amid write" in moments


SWITCHES = 25
"""Odd: the reader's last look finds another release than its first."""


def test_a_reader_never_misses_a_release_while_pulls_switch_back_and_forth(tmp_path: Path) -> None:
    rig, watched = FolderRig(tmp_path / "mirror"), node(tmp_path)
    serve(rig, 7, ONE, TWO)
    watched.pull()
    with Reader(watched.to) as reader:
        for turn in range(SWITCHES):
            serve(rig, 8 + turn, *((TWO, ONE) if turn % 2 == 0 else (ONE, TWO)))
            watched.pull()
    assert reader.problems == []
    assert reader.seen == {ONE.tag, TWO.tag}


class Reader:
    """A process that resolves and reads what serves, again and again, while the block runs."""

    def __init__(self, to: Path) -> None:
        self._ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("forkserver")
        self._process = context.Process(target=_read, args=(theirs, to))
        self.seen: set[str] = set()
        """Every release it found."""
        self.problems: list[str] = []
        """Every time it found none, or half of one."""

    def __enter__(self) -> Self:
        self._process.start()
        self._ours.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.send("the last switch is done")
        self.seen, self.problems = self._ours.recv()
        self._process.join()


def _read(conversation: Connection, to: Path) -> None:
    seen, problems = {look(to)}, []
    conversation.send("reading")
    last = False
    while not last:
        last = conversation.poll()
        try:
            for _ in range(100):  # most of the time is for the link: that is what changes
                (to / "current").readlink()
            seen.add(look(to))
        except (OSError, AssertionError, KeyError) as err:
            problems.append(repr(err))
    conversation.send((seen, problems))


def racing(of: Node, runs: int) -> list[int | None]:
    """The exit codes of as many pulls that start together."""
    racers = [start(of.root, *of.command) for _ in range(runs)]
    for racer in racers:
        racer.join()
    return [racer.exitcode for racer in racers]


@pytest.mark.parametrize("name", ["the first pull", "a promotion", "a rollback"])
def test_eight_racing_pulls_wait_for_each_other_and_leave_one_state(
    tmp_path: Path, name: str
) -> None:
    raced = prepared(STORIES[name], tmp_path)
    undisturbed = raced.copy("undisturbed")
    undisturbed.pull()
    assert racing(raced, 8) == [0] * 8
    assert everything(raced.to) == everything(undisturbed.to)


def test_of_racing_pulls_from_an_old_and_a_new_mirror_the_new_one_wins(tmp_path: Path) -> None:
    new = prepared(Story((ONE,), (TWO, ONE)), tmp_path)
    serve(FolderRig(tmp_path / "old"), 7, ONE)
    old = Node(new.root, (*WARM, "--from", f"dir:{tmp_path / 'old'}"))
    racers = [start(of.root, *of.command) for of in (new, old) * 4]
    for racer in racers:
        racer.join()
    assert {racer.exitcode for racer in racers[::2]} == {0}
    assert {racer.exitcode for racer in racers[1::2]} <= {0, 1}
    assert look(new.to) == TWO.tag


def test_a_pull_killed_amid_the_race_holds_up_nobody(tmp_path: Path) -> None:
    raced = prepared(STORIES["a promotion"], tmp_path)
    undisturbed = raced.copy("undisturbed")
    moments = undisturbed.dying(0).moments()
    victim = raced.dying(moments.index("amid write") + 1)
    assert (racing(raced, 7), victim.join()) == ([0] * 7, KILLED)
    assert everything(raced.to) == everything(undisturbed.to)
