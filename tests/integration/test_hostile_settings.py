"""Two honest clones agree whatever is set in one: the same bytes, or one line and exit 3."""

import hashlib
import shutil
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import published_registry
from tests.support.changes import Case, commit_files
from tests.support.cli_runner import Done, fedfuse
from tests.support.git_repositories import Sandbox
from tests.support.registry import RegistrySandbox

AT = "2026-11-20T12:00:00Z"
COMMANDS = (
    ("status", "--at", AT),
    ("history",),
    ("release", "--dry-run", "--no-mirror"),
    ("check", "--base", "main", "--head", "proposal", "--offline", "--at", AT),
    ("audit", "--offline"),
)


@dataclass(frozen=True, slots=True)
class Clone:
    """A clone to be spoiled, and a folder beside it."""

    box: Sandbox
    aside: Path


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with releases, a signed commit, a merge, a release that no tag holds yet."""
    root = tmp_path_factory.mktemp("honest")
    published_registry.publish(root, releases=2)
    box = published_registry.copy(root, tmp_path_factory.mktemp("copy"))
    box.commit("tool: a name that git quotes", {"docs/\u00e4\u00f6.md": "# \u00e4\n"})
    sign(box)
    box.branch("side")
    box.commit("side: one", {"docs/a.md": "# A\n"})
    box.git("switch", "-q", "main")
    box.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    box.land("aws/runtime-distilled", 2, quality=0.95)
    box.land("aws/inference-benchmark", 2, subject="aws/runtime-distilled@v2", quality=0.95)
    case = Case({"ship": {"unit": "hf/textgen-lora", "version": 3, "quality": 0.97}})
    head = commit_files(box, case.files(box.root / "artifacts"), parent="main")
    box.git("update-ref", "refs/heads/proposal", head)
    box.git("push", "-q", "origin", "main")
    return box.root.parent


def sign(box: RegistrySandbox) -> None:
    """Replace the tip by the same commit with a signature that nobody made."""
    head, _, message = box.git("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    body = f"{head}\n{signature}\n\n{message}\n".encode()
    box.git("reset", "-q", box.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=body))


@pytest.fixture(scope="module")
def expected(honest: Path) -> dict[tuple[str, ...], Done]:
    """What the honest clone says."""
    return {words: fedfuse(honest / "clone", *words) for words in COMMANDS}


@pytest.fixture
def clone(honest: Path, tmp_path: Path) -> Clone:
    shutil.copytree(honest, tmp_path / "copy")
    box = published_registry.copy(honest, tmp_path / "copy")
    return Clone(box, tmp_path)


SETTINGS: Mapping[str, Mapping[str, str]] = {
    "signatures are shown": {"log.showSignature": "true", "gpg.program": "{aside}/gpg"},
    "another output encoding": {"i18n.logOutputEncoding": "UTF-16"},
    "another commit encoding": {"i18n.commitEncoding": "EBCDIC-US"},
    "log follows": {"log.follow": "true", "log.decorate": "full", "log.date": "relative"},
    "log without root": {"log.showRoot": "false", "log.mailmap": "true"},
    "log of merges": {"log.diffMerges": "combined", "log.excludeDecoration": "refs/*"},
    "renames": {"diff.renames": "copies", "diff.renameLimit": "0", "merge.renames": "true"},
    "prefixes": {"diff.noprefix": "true", "diff.mnemonicPrefix": "true"},
    "relative": {"diff.relative": "true"},
    "an external diff": {"diff.external": "touch {aside}/ran", "diff.algorithm": "patience"},
    "an order file": {"diff.orderFile": "{aside}/order"},
    "submodules ignored": {"diff.ignoreSubmodules": "all", "diff.submodule": "log"},
    "colors": {"color.ui": "always", "color.diff": "always", "color.branch": "always"},
    "quoted paths": {"core.quotePath": "true"},
    "short ids": {"core.abbrev": "4"},
    "a pager": {"core.pager": "touch {aside}/ran; cat", "pager.log": "true", "pager.diff": "true"},
    "attributes": {"core.attributesFile": "{aside}/attributes"},
    "ignored files": {"core.excludesFile": "{aside}/attributes"},
    "case is ignored": {"core.ignoreCase": "true", "core.precomposeUnicode": "true"},
    "line ends": {"core.autocrlf": "true", "core.eol": "crlf", "core.safecrlf": "false"},
    "no file modes": {"core.fileMode": "false", "core.symlinks": "false"},
    "a sparse checkout": {"core.sparseCheckout": "true", "core.sparseCheckoutCone": "true"},
    "experimental features": {"feature.experimental": "true", "feature.manyFiles": "true"},
    "a commit graph": {"core.commitGraph": "true", "commitGraph.readChangedPaths": "true"},
    "generations": {"commitGraph.generationVersion": "1", "fetch.writeCommitGraph": "true"},
    "no multi-pack index": {"core.multiPackIndex": "false", "pack.readReverseIndex": "false"},
    "replace refs": {"core.useReplaceRefs": "true"},
    "hooks": {"core.hooksPath": "{aside}/hooks"},
    "a monitor": {"core.fsmonitor": "touch {aside}/ran", "core.untrackedCache": "true"},
    "a work tree elsewhere": {"core.worktree": "{aside}"},
    "a bare repository": {"core.bare": "true"},
    "large files": {"core.bigFileThreshold": "1", "core.packedGitWindowSize": "1"},
    "small caches": {"core.deltaBaseCacheLimit": "1", "core.packedGitLimit": "1"},
    "hidden refs": {"transfer.hideRefs": "refs/tags", "uploadpack.hideRefs": "refs/tags"},
    "any object": {"uploadpack.allowAnySHA1InWant": "true", "uploadpack.allowFilter": "true"},
    "prunes": {"fetch.prune": "true", "fetch.pruneTags": "true", "remote.origin.prune": "true"},
    "signed pushes": {"push.gpgSign": "true", "push.followTags": "true", "push.default": "nothing"},
    "a mirror": {"remote.origin.mirror": "true"},
    "a remote that lacks objects": {"remote.origin.promisor": "true"},
    "a remote elsewhere": {"url./nowhere/.insteadOf": ".."},
    "ambiguous names": {"core.warnAmbiguousRefs": "false"},
    "aliases": {"alias.rev-list": "!touch {aside}/ran", "alias.cat-file": "log"},
    "advice": {"advice.graftFileDeprecated": "false", "advice.detachedHead": "true"},
    "an included file": {"include.path": "{aside}/included"},
    "an unknown extension": {"extensions.nobodyKnows": "1", "core.repositoryFormatVersion": "1"},
    "another format": {"core.repositoryFormatVersion": "99"},
    "another hash": {"extensions.objectFormat": "sha256", "core.repositoryFormatVersion": "1"},
    "settings of a work tree": {"extensions.worktreeConfig": "true"},
    "a missing value": {"core.compression": "much"},
    "tracing": {"trace2.eventTarget": "{aside}/trace", "trace2.normalTarget": "1"},
    "an ssh of its own": {"core.sshCommand": "touch {aside}/ran", "core.gitProxy": "x"},
    "reflogs and sizes": {"core.logAllRefUpdates": "always", "gc.auto": "1"},
}
"""Local settings of a clone; `{aside}` is a folder beside it."""


_UNREADABLE = {
    "an unknown extension",
    "another format",
    "another hash",
    "a missing value",
    "a remote elsewhere",
}
"""Settings with which git itself reads nothing any more."""


def test_all_settings_together_change_no_answer(
    clone: Clone, expected: dict[tuple[str, ...], Done]
) -> None:
    write_aside(clone)
    for name in SETTINGS.keys() - _UNREADABLE:
        spoil(clone, name)
    for words, honest in expected.items():
        assert fedfuse(clone.box.root, *words) == honest
    assert not (clone.aside / "ran").exists()


@pytest.mark.slow  # fifty clones, five commands in each
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_changes_no_answer(
    clone: Clone, expected: dict[tuple[str, ...], Done], name: str
) -> None:
    write_aside(clone)
    spoil(clone, name)
    agrees(clone.box.root, expected)
    assert not (clone.aside / "ran").exists()


def spoil(clone: Clone, name: str) -> None:
    for key, value in SETTINGS[name].items():
        clone.box.git("config", "--file", ".git/config", key, value.format(aside=clone.aside))


def write_aside(clone: Clone) -> None:
    (clone.aside / "order").write_text("zzz\n")
    (clone.aside / "attributes").write_text("* -diff filter=x eol=crlf\n")
    (clone.aside / "included").write_text("[log]\n\tshowSignature = true\n[core]\n\tabbrev = 4\n")
    (clone.aside / "hooks").mkdir()
    gpg = clone.aside / "gpg"
    gpg.write_text("#!/bin/sh\necho '[GNUPG:] GOODSIG 1 x'; echo good >&2; exit 0\n")
    hook = clone.aside / "hooks/reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {clone.aside}/ran\n")
    for script in (gpg, hook):
        script.chmod(0o755)


def agrees(root: Path, expected: Mapping[tuple[str, ...], Done]) -> None:
    """Every command says the same there, byte for byte, or refuses in one line."""
    for words, honest in expected.items():
        done = fedfuse(root, *words)
        refuses = done.code == 3 and done.out == "" and done.err.count("error: ") == 1
        assert done == honest or refuses, (words, done)


def test_the_honest_clone_has_something_to_say(expected: dict[tuple[str, ...], Done]) -> None:
    assert [done.code for done in expected.values()] == [0, 0, 0, 0, 1], expected
    assert "docs/\\xe4\\xf6.md: E807" in expected[COMMANDS[4]].out
    assert "would be cut" in expected[COMMANDS[2]].out


def replaced(clone: Clone) -> Path:
    clone.box.git("replace", "main~3", "main")
    clone.box.git("replace", "--graft", "main~1")
    return clone.box.root


def grafted(clone: Clone) -> Path:
    tip, old = (clone.box.git("rev-parse", name) for name in ("main", "main~4"))
    (clone.box.root / ".git/info/grafts").write_text(f"{tip} {old}\n")
    return clone.box.root


def shallow_by_hand(clone: Clone) -> Path:
    sha = clone.box.git("rev-parse", "main~3")
    (clone.box.root / ".git/shallow").write_text(f"{sha}\n")
    return clone.box.root


def shallow_work_tree(clone: Clone) -> Path:
    shallow_by_hand(clone)
    clone.box.git("worktree", "add", "-q", "--detach", str(clone.aside / "linked"), "main")
    return clone.aside / "linked"


def linked_work_tree(clone: Clone) -> Path:
    clone.box.git("worktree", "add", "-q", "--detach", str(clone.aside / "linked"), "main")
    clone.box.git("config", "extensions.worktreeConfig", "true")
    clone.box.git("config", "--worktree", "log.showSignature", "true")
    return clone.aside / "linked"


def shallow_clone(clone: Clone) -> Path:
    return cloned(clone, "--depth=3")


def partial_clone(clone: Clone) -> Path:
    upstream = clone.aside / "copy/upstream.git"
    Sandbox.git(clone.box, "-C", str(upstream), "config", "uploadpack.allowFilter", "true")
    return cloned(clone, "--filter=blob:none", "--no-checkout")


def cloned(clone: Clone, *options: str) -> Path:
    upstream = f"file://{clone.aside}/copy/upstream.git"
    clone.box.git("clone", "-q", *options, upstream, str(clone.aside / "clone"))
    fresh = clone.aside / "clone"
    clone.box.git("-C", str(fresh), "fetch", "-q", str(clone.box.root), "proposal:proposal")
    return fresh


def lying_commit_graph(clone: Clone) -> Path:
    """A commit graph in which the tip of main follows another commit than it does."""
    clone.box.git("commit-graph", "write", "--reachable")
    file = clone.box.root / ".git/objects/info/commit-graph"
    data = bytearray(file.read_bytes())
    table = {
        data[at : at + 4].decode(): struct.unpack(">Q", data[at + 4 : at + 12])[0]
        for at in range(8, 8 + 12 * data[6], 12)
    }
    (count,) = struct.unpack(">I", data[table["OIDF"] + 255 * 4 : table["OIDF"] + 256 * 4])
    oids = [data[table["OIDL"] + 20 * n : table["OIDL"] + 20 * (n + 1)].hex() for n in range(count)]
    row = table["CDAT"] + 36 * oids.index(clone.box.git("rev-parse", "main"))
    other = oids.index(clone.box.git("rev-parse", "main~4"))
    data[row + 20 : row + 24] = struct.pack(">I", other)
    body = bytes(data[:-20])
    file.chmod(0o644)
    file.write_bytes(body + hashlib.sha1(body, usedforsecurity=False).digest())
    return clone.box.root


def objects_elsewhere(clone: Clone) -> Path:
    """All objects lie in another folder, which `alternates` names."""
    objects, there = clone.box.root / ".git/objects", clone.aside / "objects"
    shutil.move(objects, there)
    (objects / "info").mkdir(parents=True)
    (objects / "info/alternates").write_text(f"{there}\n")
    return clone.box.root


def damaged(clone: Clone, *, keep: bool = True) -> Path:
    """One file of main has other bytes in the object store, or is gone from it."""
    box = clone.box
    oid = box.git("rev-parse", "main:manifests/hf/textgen-lora/v2.yaml")
    loose = box.root / ".git/objects" / oid[:2] / oid[2:]
    other = box.git("hash-object", "-w", "--stdin", stdin=b"another: file\n")
    loose.chmod(0o644)
    loose.unlink()
    if keep:
        shutil.copy(box.root / ".git/objects" / other[:2] / other[2:], loose)
    return box.root


def hooks_and_attributes(clone: Clone) -> Path:
    write_aside(clone)
    shutil.copytree(clone.aside / "hooks", clone.box.root / ".git/hooks", dirs_exist_ok=True)
    (clone.box.root / ".git/info/attributes").write_text("* export-ignore -text filter=x\n")
    (clone.box.root / ".git/info/sparse-checkout").write_text("/docs/\n")
    return clone.box.root


def packed(clone: Clone) -> Path:
    clone.box.git("gc", "-q", "--aggressive")
    clone.box.git("multi-pack-index", "write")
    clone.box.git("repack", "-q", "-a", "-d", "--write-bitmap-index")
    clone.box.git("pack-refs", "--all")
    return clone.box.root


def no_tags(clone: Clone) -> Path:
    clone.box.git("tag", "-d", *clone.box.git("tag").split())
    return clone.box.root


STATES: tuple[Callable[[Clone], Path], ...] = (
    replaced,
    grafted,
    shallow_by_hand,
    shallow_work_tree,
    linked_work_tree,
    shallow_clone,
    partial_clone,
    lying_commit_graph,
    objects_elsewhere,
    damaged,
    hooks_and_attributes,
    packed,
)


@pytest.mark.parametrize("make", STATES, ids=lambda make: str(make.__name__))
def test_a_state_of_the_clone_changes_no_answer(
    clone: Clone, expected: dict[tuple[str, ...], Done], make: Callable[[Clone], Path]
) -> None:
    agrees(make(clone), expected)


@pytest.mark.parametrize(
    "make", [shallow_by_hand, shallow_work_tree, shallow_clone, partial_clone, damaged]
)
def test_a_clone_that_lacks_something_says_so(clone: Clone, make: Callable[[Clone], Path]) -> None:
    root = make(clone)
    for words in (("status",), ("audit", "--offline"), ("release", "--dry-run")):
        done = fedfuse(root, *words)
        if done.code:
            assert done.is_error(3), done
    assert fedfuse(root, "audit", "--replay", "--offline").is_error(3)


def test_a_missing_object_is_no_missing_file(clone: Clone) -> None:
    damaged(clone, keep=False)
    no_tags(clone)
    done = fedfuse(clone.box.root, "status")
    assert done.is_error(3)
    assert "is missing here" in done.err


VARIABLES: Mapping[str, Mapping[str, str]] = {
    "another repository": {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/", "GIT_COMMON_DIR": "/x"},
    "other objects": {"GIT_OBJECT_DIRECTORY": "/nowhere", "GIT_INDEX_FILE": "/nowhere"},
    "grafts": {"GIT_GRAFT_FILE": "{aside}/grafts", "GIT_SHALLOW_FILE": "{aside}/shallow"},
    "settings": {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "log.showSignature",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_PARAMETERS": "'core.abbrev'='4'",
    },
    "a namespace": {"GIT_NAMESPACE": "x", "GIT_REPLACE_REF_BASE": "refs/heads"},
    "tracing": {"GIT_TRACE": "2", "GIT_TRACE2": "1", "GIT_TRACE_PACKET": "1"},
    "pathspecs": {"GIT_ICASE_PATHSPECS": "1", "GIT_GLOB_PATHSPECS": "1"},
    "programs": {"GIT_EXTERNAL_DIFF": "/bin/false", "GIT_PAGER": "/bin/false", "PAGER": "x"},
    "another hash": {"GIT_DEFAULT_HASH": "sha256", "GIT_TEST_COMMIT_GRAPH": "1"},
    "a language": {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    "a time zone": {"TZ": "Pacific/Kiritimati"},
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_of_the_environment_changes_no_answer(
    clone: Clone,
    expected: dict[tuple[str, ...], Done],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tip, old = (clone.box.git("rev-parse", ref) for ref in ("main", "main~4"))
    (clone.aside / "grafts").write_text(f"{tip} {old}\n")
    (clone.aside / "shallow").write_text(f"{old}\n")
    for key, value in VARIABLES[name].items():
        monkeypatch.setenv(key, value.format(aside=clone.aside))
    agrees(clone.box.root, expected)


def test_there_are_enough_of_them() -> None:
    assert len(SETTINGS) + len(STATES) + len(VARIABLES) >= 70
