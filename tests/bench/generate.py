"""Build a large registry for measuring: `python tests/bench/generate.py DIR --manifests 100000`.

One checkout and the same numbers give the same object ids. One `git fast-import` writes `main`, a
second one the release tags. `candidate` is a branch that adds one more manifest to `main`.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

if not __package__:  # run as a script: its packages are found from the top of the repository
    _ROOT = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(_ROOT), str(_ROOT / "scripts")]

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import fold_history
from tests.bench import content, measurement
from tests.bench.content import Shipment
from tests.bench.policy import BOT
from tests.bench.tags import Tagger

VERSIONS_PER_UNIT = 83
MOST_UNITS = 380
"""More would give registry.yaml more than the 5,000 nodes that strict YAML admits."""
_ENVIRONMENT = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large a registry is."""

    manifests: int
    commits: int
    """On main; the first holds the policy, the others share the manifests evenly."""
    tags: int
    """Spread evenly over main; the last one is at its tip."""

    units: int
    """Per provider, even: each provider has two kinds in turn."""
    promotions: int = 0
    """How many of the releases were promoted, spread evenly; each is one more commit."""

    @property
    def tagged(self) -> frozenset[int]:
        """The commits that have a release."""
        spread = range(1, self.tags + 1)
        return frozenset(number * (self.commits - 1) // self.tags for number in spread)

    @property
    def promoted(self) -> tuple[int, ...]:
        """The commits whose release is promoted, oldest first."""
        tagged, spread = sorted(self.tagged), range(1, self.promotions + 1)
        return tuple(tagged[number * self.tags // self.promotions - 1] for number in spread)

    def in_commit(self, commit: int) -> int:
        """How many manifests this commit adds."""
        shared, rest = divmod(self.manifests, self.commits - 1)
        return 0 if commit == 0 else shared + (commit <= rest)


def usual_units(manifests: int) -> int:
    """Units per provider such that each has about 83 versions, up to what registry.yaml holds."""
    wanted = manifests // (len(content.PROVIDERS) * VERSIONS_PER_UNIT)
    return max(2, min(MOST_UNITS, wanted - wanted % 2))


def generate(directory: Path, size: Size) -> None:
    """Write a bare registry of the given size into a directory that does not exist yet."""
    _git(Path(), "init", "--quiet", "--bare", "--initial-branch=main", str(directory))
    marks = directory / "commits.marks"
    _fast_import(directory, _commits(size), f"--export-marks={marks}")
    numbered = (line.split() for line in marks.read_text("ascii").splitlines())
    oids = {int(mark.removeprefix(":")): oid for mark, oid in numbered}
    marks.unlink()
    _fast_import(directory, _tags(size, oids))
    _git(directory, "pack-refs", "--all")


def release(directory: Path) -> None:
    """Judge a registry without tags as `fedfuse release` does, and write the tags it makes.

    Takes about 10 ms a manifest.
    """
    with Repository(directory) as repository:
        computed = fold_history(repository, repository.resolve("main")).computed
    _fast_import(directory, (_tag(one.body) for one in computed))
    _git(directory, "pack-refs", "--all")


def plan(size: Size) -> Iterator[tuple[int, tuple[Shipment, ...]]]:
    """The number of each later commit of main with what it ships, all of one provider."""
    coming = {name: content.shipments(name, size.units) for name in content.PROVIDERS}
    for commit in range(1, size.commits):
        provider = content.PROVIDERS[(commit - 1) % len(content.PROVIDERS)]
        yield commit, tuple(islice(coming[provider], size.in_commit(commit)))


def _commits(size: Size) -> Iterator[bytes]:
    """Marks are commit numbers plus one, since fast-import knows no mark 0; events follow."""
    promotions = {commit: number for number, commit in enumerate(size.promoted, 1)}
    names = _tag_names(size) if promotions else {}
    tip = 1
    yield _commit("main", 0, "registry: begin")
    yield from (_inline(path, data) for path, data in content.tool_files(size.units).items())
    newest: dict[str, Shipment] = {}
    for commit, shipped in plan(size):
        yield _commit("main", commit, f"manifests: add {len(shipped)}")
        yield from (_ship(shipment, commit) for shipment in shipped)
        newest |= {shipment.unit: shipment for shipment in shipped}
        tip = commit + 1
        if number := promotions.get(commit):
            tip = size.commits + number
            yield _commit("main", commit, f"events: promote {names[commit]}", mark=tip)
            promoted = content.promotion(number, names[commit]).items()
            yield from (_inline(path, data) for path, data in promoted)
    one = next(iter(newest.values()))
    extra = Shipment(one.provider, one.index, one.version + 1)
    last = size.commits + size.promotions + 1
    message = f"manifests: add {extra.ref}"
    yield _commit("candidate", size.commits, message, mark=last, parent=tip)
    yield _ship(extra, size.commits)


def _ship(shipment: Shipment, commit: int) -> bytes:
    """The two files of a shipment, as part of a commit."""
    evidence = measurement.evidence(shipment.role.name, shipment.ref)
    manifest = content.manifest(shipment, commit)
    return _inline(shipment.path, manifest) + _inline(shipment.evidence_path, evidence)


def _tags(size: Size, oids: Mapping[int, str]) -> Iterator[bytes]:
    for commit, tagger in _releases(size):
        yield _tag(tagger.release(commit, oids[commit + 1]))


def _tag_names(size: Size) -> dict[int, str]:
    """The release tag of each commit that has one: its name depends on no commit's id."""
    bodies = ((commit, tagger.release(commit, "0" * 40)) for commit, tagger in _releases(size))
    return {
        commit: body.split(b"\ntag ", 1)[1].split(b"\n", 1)[0].decode() for commit, body in bodies
    }


def _releases(size: Size) -> Iterator[tuple[int, Tagger]]:
    """Each commit that has a release, with a tagger that knows what has landed by then."""
    tagger, tagged = Tagger(content.tool_files(size.units)), size.tagged
    for commit, shipped in plan(size):
        for shipment in shipped:
            tagger.land(shipment, commit)
        if commit in tagged:
            yield commit, tagger


def _tag(body: bytes) -> bytes:
    header, message = body.split(b"\n\n", 1)
    target, _, name, signature = (line.split(b" ", 1)[1] for line in header.split(b"\n"))
    return b"tag %s\nfrom %s\ntagger %s\n%s" % (name, target, signature, _data(message))


def _commit(
    branch: str, number: int, message: str, *, mark: int = 0, parent: int | None = None
) -> bytes:
    seconds = int(content.committed_at(number).timestamp())
    head = f"commit refs/heads/{branch}\nmark :{mark or number + 1}\n"
    return (
        f"{head}committer {BOT} {seconds} +0000\n".encode("ascii")
        + _data(message.encode("ascii"))
        + (b"from :%d\n" % parent if parent else b"")
    )


def _inline(path: str, data: bytes) -> bytes:
    return f"M 100644 inline {path}\n".encode("ascii") + _data(data)


def _data(data: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(data), data)


def _fast_import(directory: Path, commands: Iterable[bytes], *options: str) -> None:
    """Feed a stream to `git fast-import`. Raises CalledProcessError when git refuses it."""
    command = ["git", "fast-import", "--quiet", *options]
    with subprocess.Popen(command, cwd=directory, env=_ENVIRONMENT, stdin=subprocess.PIPE) as git:
        assert git.stdin is not None
        git.stdin.writelines(commands)
    if git.returncode:
        raise subprocess.CalledProcessError(git.returncode, command)


def _git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=directory, env=_ENVIRONMENT, check=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and generate."""
    parser = argparse.ArgumentParser(description="Build a large registry for measuring.")
    parser.add_argument("directory", type=Path, help="the bare repository to create")
    parser.add_argument("--manifests", type=int, default=1000)
    parser.add_argument("--commits", type=int, default=100, help="commits on main, at least 2")
    parser.add_argument("--tags", type=int, default=1, help="at most one for each later commit")
    parser.add_argument("--promotions", type=int, default=0, help="at most one for each tag")
    parser.add_argument("--judged", action="store_true", help="tag what history makes")
    parser.add_argument("--units", type=int, help="per provider, even; default: 83 versions each")
    options = parser.parse_args(arguments)
    units = usual_units(options.manifests) if options.units is None else options.units
    if options.commits < 2 or options.manifests < 1 or not 0 <= options.tags < options.commits:
        parser.error("needs at least 1 manifest, 2 commits, and fewer tags than commits")
    if units not in range(2, MOST_UNITS + 1, 2):
        parser.error(f"--units must be even and from 2 to {MOST_UNITS}")
    if not 0 <= options.promotions <= options.tags:
        parser.error("a promotion needs a tag of its own")
    if options.directory.exists():
        parser.error(f"{options.directory} exists already")
    if options.judged and options.tags:
        parser.error("--judged makes the tags itself: give --tags 0")
    counts = (options.manifests, options.commits, options.tags)
    generate(options.directory, Size(*counts, units, options.promotions))
    if options.judged:
        release(options.directory)


if __name__ == "__main__":
    main()
