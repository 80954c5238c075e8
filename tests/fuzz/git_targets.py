"""What reads git objects that somebody else made."""

import json
import random
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.ledger import fold_history
from fedfuse.flows.history.tags import TaggedReleases
from fedfuse.model.release import tag_bytes
from tests.fuzz.mutation import broken, edited
from tests.fuzz.registries import TAG, registry, shipments
from tests.fuzz.targets import Target
from tests.golden.registry import NAME, START

_MODES = (b"100644",) * 12 + (b"100755", b"120000", b"160000", b"40000", b"100664", b"0", b"777")
_NAMES = (
    *(b"v2.yaml", b"v2.evidence.csv", b"V2.yaml", b"v02.yaml", b".git", b"..", b".", b""),
    *(b".gitattributes", b"--output=x", b"a\nb", b"\xff", b"\xc3\xa9", b"con", b"x" * 5000),
)


def git(root: Path, *arguments: str, data: bytes = b"") -> str:
    """What git says."""
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


@cache
def _registry(root: Path) -> str:
    """A repository with the whole registry on main; the id of main."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    return _commit(root, registry(), parent="", at=START)


def _commit(root: Path, files: Mapping[str, bytes], *, parent: str, at: int) -> str:
    """A commit that adds files, made by one git process; its branch is main for the first one."""
    branch = "main" if not parent else "proposal"
    lines = [f"commit refs/heads/{branch}".encode()]
    lines += [f"committer Fuzz <fuzz@example.org> {at} +0000".encode(), b"data 1\nx"]
    lines += [f"from {parent}".encode()] if parent else []
    for path, body in files.items():
        lines.append(f"M 100644 inline {path}".encode() + b"\ndata %d\n%s" % (len(body), body))
    stream = b"\n".join(lines) + b"\n\n"
    git(root, "fast-import", "--quiet", "--force", data=stream)
    return git(root, "rev-parse", f"refs/heads/{branch}")


def tree(draw: random.Random, folder: Path) -> object:
    """A pull request whose trees and commit no git would write."""
    root = folder / "registry"
    main = _registry(root)
    files = dict(draw.choice(shipments()))
    proposal = _commit(root, files, parent=main, at=START + 86_400)
    path = next(iter(files)).rpartition("/")[0]
    oid = git(root, "rev-parse", f"{proposal}:{path}")
    body = subprocess.run(
        ["git", "-C", str(root), "cat-file", "tree", oid], capture_output=True, check=True
    ).stdout
    oid = _write(root, "tree", _edited(body, draw))
    for name in reversed(path.split("/")):
        path = path.rpartition("/")[0]
        above = git(root, "rev-parse", f"{proposal}:{path}")
        entries = git(root, "ls-tree", above).splitlines()
        kept = [line for line in entries if line.split("\t")[1] != name]
        listed = "".join(f"{line}\n" for line in (*kept, f"040000 tree {oid}\t{name}"))
        oid = git(root, "mktree", "--missing", data=listed.encode())
    who = f"F <f@x> {START} +0000"
    commit = f"tree {oid}\nparent {main}\nauthor {who}\ncommitter {who}\n\nx\n".encode()
    head = _write(
        root, "commit", broken(commit, (commit,), draw) if draw.random() < 0.3 else commit
    )
    with Repository(root) as repository:
        return check_pull_request(repository, base="main", head=head)


def _edited(body: bytes, draw: random.Random) -> bytes:
    """The entries of a tree with some renamed, doubled, or of another mode."""
    entries = _entries(body)
    for _ in range(draw.randint(1, 3)):
        mode, name, oid = draw.choice(entries)
        entries.append((draw.choice(_MODES), draw.choice((name, *_NAMES)), oid))
        if draw.random() < 0.5:
            entries.remove((mode, name, oid))
    body = b"".join(mode + b" " + name + b"\0" + oid for mode, name, oid in entries)
    return body[: draw.randint(0, len(body))] if draw.random() < 0.1 else body


def _entries(body: bytes) -> list[tuple[bytes, bytes, bytes]]:
    found, at = [], 0
    while at < len(body):
        space, null = body.index(b" ", at), body.index(b"\0", at)
        found.append((body[at:space], body[space + 1 : null], body[null + 1 : null + 21]))
        at = null + 21
    return found


def tag(draw: random.Random, folder: Path) -> object:
    """A release tag that somebody forged."""
    root = folder / "registry"
    main = _registry(root)
    body = _tag_body({**draw.choice(_records()), "release": TAG, "commit": main}, draw)
    oid = _write(root, "tag", body)
    (root / f".git/refs/tags/{TAG}").write_text(f"{oid}\n")  # update-ref refuses some
    with Repository(root) as repository:
        releases = TaggedReleases.of(repository, NAME)
        seen = releases.get(TAG), releases.record(TAG), releases.kind(TAG), list(releases.sound())
        return seen, fold_history(repository, main)


@cache
def _records() -> tuple[Mapping[str, Any], ...]:
    found = sorted(Path(__file__).parents[1].glob("golden/v1/*/acme-*.json"))
    return tuple(json.loads(path.read_bytes()) for path in found[::4])


def _tag_body(record: Mapping[str, Any], draw: random.Random) -> bytes:
    """A tag object with a flaw, or a sound one of a record that says something else."""
    if draw.random() < 0.7:
        try:
            return tag_bytes(edited(record, draw))
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError):
            return b""  # no tag object can say this
    body = tag_bytes(record)
    return broken(body, (body,), draw)


def _write(root: Path, kind: str, body: bytes) -> str:
    return git(root, "hash-object", "-t", kind, "-w", "--stdin", "--literally", data=body)


GIT_TARGETS: Mapping[str, Target] = {"tree": Target(3, tree), "tag": Target(10, tag)}
