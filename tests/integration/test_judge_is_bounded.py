"""Trees, commits and tags that are made to exhaust the judge cost it little, and are named."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.changes import released_registry
from tests.support.cli_runner import fedfuse
from tests.support.measured import Measured, measured
from tests.support.registry import RegistrySandbox

TAG = "acme-ai-federated-v1.0.0"
MEGABYTES, SECONDS = 300, 20
"""What judging anything may take."""


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    return released_registry(tmp_path / "registry")


def store(box: RegistrySandbox, kind: str, body: bytes) -> str:
    """Store an object that git itself would not make."""
    return box.git("hash-object", "-t", kind, "-w", "--stdin", "--literally", stdin=body)


def tree_of(*entries: tuple[str, str, str]) -> bytes:
    """The body of a tree: mode, name and object of each entry, in the order given."""
    return b"".join(f"{m} {name}\0".encode() + bytes.fromhex(oid) for m, name, oid in entries)


def with_entry(box: RegistrySandbox, mode: str, name: str, oid: str) -> str:
    """A commit that adds one entry to the root of main."""
    listed = box.git("ls-tree", "main")
    kind = "tree" if mode == "40000" else "blob"
    tree = box.git(
        "mktree", "--missing", stdin=f"{listed}\n{mode:0>6} {kind} {oid}\t{name}\n".encode()
    )
    return box.git("commit-tree", tree, "-p", "main", "-m", "costly")


def blob(box: RegistrySandbox) -> str:
    return store(box, "blob", b"x\n")


def repeated(box: RegistrySandbox, *, wide: int, deep: int, leaf: tuple[str, str]) -> str:
    """A tree whose folders are all the same one: `wide ** deep` paths from a few kilobytes."""
    mode, oid = leaf
    for _ in range(deep):
        names = sorted(f"d{n:04}" for n in range(wide))
        oid, mode = store(box, "tree", tree_of(*((mode, name, oid) for name in names))), "40000"
    return oid


def ten_million_files(box: RegistrySandbox) -> str:
    return with_entry(box, "40000", "x", repeated(box, wide=10, deep=7, leaf=("100644", blob(box))))


def ten_million_folders(box: RegistrySandbox) -> str:
    """None of them holds a file."""
    empty = store(box, "tree", b"")
    return with_entry(box, "40000", "x", repeated(box, wide=10, deep=7, leaf=("40000", empty)))


def ten_thousand_levels(box: RegistrySandbox) -> str:
    return with_entry(
        box, "40000", "x", repeated(box, wide=1, deep=10_000 // 20, leaf=("100644", blob(box)))
    )


def one_folder_of_a_million_names(box: RegistrySandbox) -> str:
    oid = blob(box)
    body = tree_of(*(("100644", f"{n:07}", oid) for n in range(1_000_000)))
    return with_entry(box, "40000", "x", store(box, "tree", body))


def large_folders_in_one_another(box: RegistrySandbox) -> str:
    oid = blob(box)
    files, inner = [("100644", f"n{n:05}", oid) for n in range(99_999)], store(box, "tree", b"")
    for _ in range(12):
        inner = store(box, "tree", tree_of(("40000", "d", inner), *files))
    return with_entry(box, "40000", "x", inner)


TREES: dict[Callable[[RegistrySandbox], str], str] = {
    ten_million_files: "E209",
    ten_million_folders: "E216",
    ten_thousand_levels: "E216",
    one_folder_of_a_million_names: "E216",
    large_folders_in_one_another: "E216",
}


def is_cheap(done: Measured) -> bool:
    assert done.megabytes <= MEGABYTES, done.megabytes
    assert done.seconds <= SECONDS, done.seconds
    return True


@pytest.mark.parametrize("make", TREES, ids=lambda make: str(make.__name__))
def test_a_costly_tree_is_refused_by_one_finding_with_a_fix(
    box: RegistrySandbox, make: Callable[[RegistrySandbox], str]
) -> None:
    done = measured(box.root, "check", "--base", "main", "--head", make(box), "--offline")
    assert is_cheap(done)
    assert (done.code, done.err) == (1, "")
    assert done.out.count(TREES[make]) == 1
    assert "1 problem" in done.out
    assert "fix" in done.out


@pytest.mark.parametrize("make", [ten_million_files, one_folder_of_a_million_names])
def test_a_costly_tree_on_main_is_named_and_stops_nothing(
    box: RegistrySandbox, make: Callable[[RegistrySandbox], str]
) -> None:
    costly = make(box)
    box.git("update-ref", "refs/heads/main", costly)
    audited = measured(box.root, "audit", "--offline")
    assert is_cheap(audited)
    assert (audited.code, audited.err) == (1, "")
    assert "E807" in audited.out
    assert costly[:12] in audited.out
    for words in (("release", "--dry-run"), ("status",), ("history",), ("validate",)):
        done = measured(box.root, *words)
        assert is_cheap(done)
        assert done.code == 0, done.err


@pytest.mark.parametrize("make", [ten_million_files, large_folders_in_one_another])
def test_a_costly_tree_that_people_accepted_is_cheap_to_audit_and_stays_named(
    box: RegistrySandbox, make: Callable[[RegistrySandbox], str]
) -> None:
    costly = make(box)
    box.git("update-ref", "refs/heads/main", costly)
    text = (box.root / "registry.yaml").read_text() + f"audit: {{accepted: [{costly}]}}\n"
    rules = store(box, "blob", text.encode())
    listed = [line for line in box.git("ls-tree", "main").splitlines() if "registry" not in line]
    lines = "\n".join([*listed, f"100644 blob {rules}\tregistry.yaml", ""])
    tree = box.git("mktree", "--missing", stdin=lines.encode())
    box.git("update-ref", "refs/heads/main", box.git("commit-tree", tree, "-p", "main", "-m", "ok"))
    audited = measured(box.root, "audit", "--offline")
    assert is_cheap(audited)
    assert (audited.code, audited.out.count("E807"), audited.err) == (1, 1, "")
    assert "too much to be read" in audited.out


def huge_message(box: RegistrySandbox, megabytes: int) -> str:
    head = box.git("cat-file", "commit", "main").encode()
    tree = head.split(b"\n", 1)[0]
    people = b"\n".join(line for line in head.split(b"\n") if line[:6] in (b"author", b"commit"))
    parent = box.git("rev-parse", "main").encode()
    body = tree + b"\nparent " + parent + b"\n" + people + b"\n\n" + b"m" * megabytes * 2**20
    return store(box, "commit", body)


@pytest.mark.slow  # git itself reads the hundred megabytes several times
def test_a_commit_with_a_message_of_a_hundred_megabytes_costs_little(
    box: RegistrySandbox,
) -> None:
    box.git("update-ref", "refs/heads/main", huge_message(box, 100))
    for words in (("status",), ("release", "--dry-run"), ("audit", "--offline")):
        done = measured(box.root, *words)
        assert is_cheap(done)
        assert done.code == 0, done.err


@pytest.mark.slow  # git itself reads the hundred megabytes several times
def test_a_tag_of_a_hundred_megabytes_is_unsound_and_costs_little(box: RegistrySandbox) -> None:
    body = box.git("cat-file", "tag", TAG).encode() + b"x" * 100 * 2**20
    box.git("update-ref", f"refs/tags/{TAG[:-1]}1", store(box, "tag", body))
    assert measured(box.root, "status").code == 0
    done = measured(box.root, "audit", "--offline")
    assert is_cheap(done)
    assert (done.code, "E801" in done.out) == (1, True)


def test_a_large_file_is_asked_for_its_size_before_it_is_read(box: RegistrySandbox) -> None:
    huge = store(box, "blob", b"#" * 300 * 2**20)
    listed = [
        line for line in box.git("ls-tree", "main").splitlines() if "registry.yaml" not in line
    ]
    lines = "\n".join([*listed, f"100644 blob {huge}\tregistry.yaml", ""])
    head = box.git(
        "commit-tree", box.git("mktree", stdin=lines.encode()), "-p", "main", "-m", "huge"
    )
    done = measured(box.root, "check", "--base", "main", "--head", head, "--offline")
    assert is_cheap(done)
    assert (done.code, done.out.count("E210")) == (1, 1)
    box.git("update-ref", "refs/heads/main", head)
    done = measured(box.root, "status")
    assert is_cheap(done)
    assert done.code == 3
    assert "registry.yaml has 314,572,800 bytes" in done.err


@pytest.mark.slow  # packing a million refs takes git half a minute
def test_a_million_refs_cost_little(box: RegistrySandbox) -> None:
    head, tag = box.git("rev-parse", "main"), box.git("rev-parse", TAG)
    refs = [f"{head} refs/pull/{n}/head\n" for n in range(1_000_000)]
    refs = [*refs, f"{head} refs/heads/main\n", f"{tag} refs/tags/{TAG}\n"]
    packed = "# pack-refs with: peeled fully-peeled sorted \n" + "".join(
        sorted(refs, key=lambda line: line.split()[1])
    )
    (box.root / ".git/packed-refs").write_text(packed)
    for words in (("status",), ("release", "--dry-run"), ("audit", "--offline")):
        done = measured(box.root, *words)
        assert is_cheap(done)
        assert done.code == 0, done.err


def doubled(box: RegistrySandbox, *, where: str) -> str:
    """A commit whose tree names an entry twice, the second time with other bytes."""
    listed = [line.split() for line in box.git("ls-tree", f"main:{where}").splitlines()]
    entries = [(mode.lstrip("0"), name, oid) for mode, _, oid, name in listed]
    at = next(i for i, entry in enumerate(entries) if entry[0] == "100644")
    entries.insert(at + 1, (*entries[at][:2], blob(box)))
    oid = store(box, "tree", tree_of(*entries))
    while where:
        above, _, name = where.rpartition("/")
        listed = [line.split() for line in box.git("ls-tree", f"main:{above}").splitlines()]
        kept = [(m.lstrip("0"), n, oid if n == name else o) for m, _, o, n in listed]
        oid, where = store(box, "tree", tree_of(*kept)), above
    return box.git("commit-tree", oid, "-p", "main", "-m", "twice")


def unsorted(box: RegistrySandbox, *, where: str) -> str:
    assert not where
    listed = [line.split() for line in box.git("ls-tree", "main").splitlines()]
    entries = [(mode.lstrip("0"), name, oid) for mode, _, oid, name in reversed(listed)]
    tree = store(box, "tree", tree_of(*entries))
    return box.git("commit-tree", tree, "-p", "main", "-m", "unsorted")


BROKEN: dict[str, Callable[[RegistrySandbox], str]] = {
    "an entry twice at the top": partial(doubled, where=""),
    "an entry twice in a unit": partial(doubled, where="manifests/hf/textgen-lora"),
    "entries out of order": partial(unsorted, where=""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_tree_that_git_refuses_is_named_by_check_and_audit_and_admits_nothing(
    box: RegistrySandbox, name: str
) -> None:
    head = BROKEN[name](box)
    done = fedfuse(box.root, "check", "--base", "main", "--head", head, "--offline")
    assert (done.code, done.out.count("E216")) == (1, 1)
    before = fedfuse(box.root, "status", "--format", "json").json()
    box.git("update-ref", "refs/heads/main", head)
    audited = fedfuse(box.root, "audit", "--offline")
    assert (audited.code, audited.out.count("E807")) == (1, 1)
    assert head[:12] in audited.out
    after = fedfuse(box.root, "status", "--format", "json").json()
    assert after["releases"] == before["releases"]
