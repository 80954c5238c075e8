"""A node with a full or read-only disc, with files of its operator, or without its Hub."""

import ctypes
import multiprocessing
import os
import resource
import shutil
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from fedfuse_demo.hub.server import TOKEN, Fault, Seen
from tests.support import operating_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.mirrors import REPO, FolderRig, hub_rig
from tests.support.nodes import ONE, THREE, TWO, current, everything, look, serve
from tests.support.operating_registry import event, land, promotion
from tests.support.published_registry import FIRST, SECOND


@pytest.fixture
def rig(tmp_path: Path) -> FolderRig:
    return FolderRig(tmp_path / "mirror")


def words(tmp_path: Path, *what: str, mirror: str = "mirror") -> tuple[str, ...]:
    return ("pull", *what, "--to", "node", "--from", f"dir:{tmp_path / mirror}")


def pulled(tmp_path: Path, *what: str, mirror: str = "mirror") -> Done:
    return fedfuse(tmp_path, *words(tmp_path, *what, mirror=mirror))


Limit = Callable[[Path], None]


def limited(tmp_path: Path, limit: Limit, *what: str) -> Done:
    """The same command in a process of its own that a limit was put on."""
    hears, tells = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("forkserver")
    command = words(tmp_path, *what)
    process = context.Process(target=_limited, args=(tells, limit, tmp_path, command))
    process.start()
    done: Done = hears.recv()
    process.join()
    return done


def _limited(tells: Connection, limit: Limit, root: Path, command: tuple[str, ...]) -> None:
    limit(root / "node")
    tells.send(fedfuse(root, *command))


def full_for_the_largest_file(node: Path) -> None:
    """No file can be as large as the largest of the release: what a full disc is, but portable."""
    del node
    most = max(len(body) for body in THREE.pulled.values()) - 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def full_for_every_file(node: Path) -> None:
    """Names can still be made, but no byte can be written."""
    del node
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def read_only(node: Path) -> None:
    """The folder takes no new name; root gives up that it may write everywhere."""
    node.chmod(0o555)
    if os.geteuid() == 0:
        version_3_of_this_process = (ctypes.c_uint32 * 2)(0x20080522, 0)
        nothing = (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capset(version_3_of_this_process, nothing) == 0


@pytest.mark.parametrize("what", ["--warm", "production"])
@pytest.mark.parametrize("limit", [full_for_the_largest_file, full_for_every_file, read_only])
def test_where_nothing_can_be_written_the_old_release_serves_on_and_nothing_is_left_behind(
    rig: FolderRig, tmp_path: Path, limit: Limit, what: str
) -> None:
    serve(rig, 7, TWO, ONE)
    assert pulled(tmp_path, "--warm").code == 0
    before = everything(tmp_path / "node")
    serve(rig, 8, THREE, TWO, ONE)
    done = limited(tmp_path, limit, what)
    assert done.is_error(3), done
    assert "pull into a folder you can write to" in done.err
    assert everything(tmp_path / "node") == before
    (tmp_path / "node").chmod(0o755)
    assert pulled(tmp_path, "--warm").code == 0
    assert look(tmp_path / "node") == THREE.tag


@pytest.mark.parametrize("what", ["--warm", "production"])
def test_a_pull_needs_no_other_folder_than_its_own(
    rig: FolderRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    serve(rig, 7, TWO, ONE)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is no such folder"))
    assert pulled(tmp_path, what).code == 0


@pytest.mark.parametrize(
    "name",
    ["notes.txt", ".pull-notes", ".lock-notes", ".link-current", "mine/notes.txt", ".mine/notes"],
)
def test_files_of_the_operator_stay_as_they_are(rig: FolderRig, tmp_path: Path, name: str) -> None:
    mine = tmp_path / "node" / name
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_bytes(b"mine")
    for serial, production in enumerate((ONE, TWO, ONE), 7):
        serve(rig, serial, production)
        assert pulled(tmp_path, "--warm").code == 0
        assert (mine.read_bytes(), look(tmp_path / "node")) == (b"mine", production.tag)


def a_file(place: Path) -> None:
    place.write_bytes(b"mine")


def a_folder(place: Path) -> None:
    (place / "notes").mkdir(parents=True)


@pytest.mark.parametrize("thing", [a_file, a_folder])
def test_what_has_the_place_of_the_link_is_refused_and_kept(
    rig: FolderRig, tmp_path: Path, thing: Callable[[Path], None]
) -> None:
    (tmp_path / "node").mkdir()
    thing(tmp_path / "node" / "current")
    before = everything(tmp_path / "node")
    serve(rig, 7, ONE)
    done = pulled(tmp_path, "--warm")
    assert done.is_error(1), done
    assert "current is there and is no link of this tool" in done.err
    assert before.items() <= everything(tmp_path / "node").items()


@pytest.mark.parametrize("thing", [a_file, a_folder])
def test_what_has_the_place_of_a_release_is_refused_and_kept(
    rig: FolderRig, tmp_path: Path, thing: Callable[[Path], None]
) -> None:
    (tmp_path / "node").mkdir()
    thing(tmp_path / "node" / ONE.tag)
    before = everything(tmp_path / "node")
    serve(rig, 7, ONE)
    done = pulled(tmp_path, "--warm")
    assert (done.code, "E545" in done.out) == (1, True), done
    assert {
        path: body for path, body in everything(tmp_path / "node").items() if path != ".lock"
    } == before


@pytest.mark.parametrize("body", [b"", b'{"serial":', b"\0" * 64])
def test_a_torn_lock_is_refused_and_what_serves_serves_on(
    rig: FolderRig, tmp_path: Path, body: bytes
) -> None:
    serve(rig, 7, ONE)
    assert pulled(tmp_path, "--warm").code == 0
    (tmp_path / "node/channels.lock").write_bytes(body)
    serve(rig, 8, TWO)
    assert pulled(tmp_path, "--warm").is_error(1)
    assert look(tmp_path / "node") == ONE.tag


def test_a_lock_of_a_newer_serial_is_refused_and_what_serves_serves_on(
    rig: FolderRig, tmp_path: Path
) -> None:
    serve(rig, 9, ONE)
    assert pulled(tmp_path, "--warm").code == 0
    serve(FolderRig(tmp_path / "old"), 8, TWO)
    done = pulled(tmp_path, "--warm", mirror="old")
    assert (done.code, "E547" in done.out, done.err) == (1, True, "")
    assert look(tmp_path / "node") == ONE.tag


def test_a_hub_that_only_says_what_serves_is_enough_to_go_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The releases are on disc: of the Hub only its refs and the channels are needed."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    poor: list[str] = []

    def faults(seen: Seen) -> Fault | None:
        if not poor or seen.path.endswith(("/refs", "/channels.json")):
            return None
        poor.append(seen.path)
        return Fault(500, done=False)

    command = ("pull", "--warm", "--to", "node", "--from", f"hf://{REPO}")
    with hub_rig(tmp_path / "hub", faults) as rig:
        assert rig.hub is not None
        monkeypatch.setenv("HF_ENDPOINT", rig.hub.endpoint)
        serve(rig, 7, THREE, TWO, ONE)
        assert fedfuse(tmp_path, *command).code == 0
        serve(rig, 8, TWO, ONE)
        poor.append("from now on")
        done = fedfuse(tmp_path, *command)
    assert (done.code, look(tmp_path / "node"), poor) == (0, TWO.tag, ["from now on"])


def test_without_its_hub_a_node_serves_on_and_a_clone_can_take_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operated_original: Path
) -> None:
    box = operating_registry.copy(operated_original, tmp_path)
    shutil.rmtree(tmp_path / "hub")
    land(box, promotion(box, 1, FIRST))
    land(box, promotion(box, 2, SECOND))
    assert fedfuse(box.root, "mirror", "--quiet").code == 0
    pull = ("pull", "--warm", "--to", "../node", "--from")
    assert fedfuse(box.root, *pull, "dir:../hub").code == 0
    land(box, event(3, kind="rollback", from_=SECOND, to=FIRST, reason="slow"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    before = everything(tmp_path / "node")
    assert fedfuse(box.root, *pull, f"hf://{REPO}").is_error(3)
    assert (current(tmp_path / "node"), everything(tmp_path / "node")) == (SECOND, before)
    done = fedfuse(box.root, *pull, "git")
    assert (done.code, done.out.splitlines()[-1]) == (0, f"current is {FIRST}")
    assert current(tmp_path / "node") == FIRST


def test_every_ending_has_its_exit_code_and_json_alone_on_stdout(
    rig: FolderRig, tmp_path: Path
) -> None:
    serve(rig, 8, TWO, ONE)
    json = ("--format", "json")
    done = pulled(tmp_path, "--warm", *json)
    assert (done.code, done.err, done.json()["current"]) == (0, "", TWO.tag)
    assert [one["tag"] for one in done.json()["releases"]] == [TWO.tag, ONE.tag]
    assert pulled(tmp_path, "--warm", "--quiet") == Done(0, "", "")
    serve(FolderRig(tmp_path / "old"), 7, ONE)
    done = pulled(tmp_path, "--warm", *json, mirror="old")
    assert (done.code, done.err, done.json()["current"]) == (1, "", None)
    assert [one["code"] for one in done.json()["releases"][0]["findings"]] == ["E547"]
    quiet = pulled(tmp_path, "--warm", "--quiet", mirror="old")
    assert (quiet.code, quiet.err, "E547" in quiet.out) == (1, "", True)
    assert pulled(tmp_path, "no-such-tag").is_error(2)
    assert pulled(tmp_path, "no-such-tag", *json).json()["fix"]
    (rig.root / ".lock").unlink()
    (rig.root / ".lock").mkdir()
    assert pulled(tmp_path, "--warm").is_error(3)
    assert pulled(tmp_path, "--warm", *json).json()["fix"]


@pytest.mark.parametrize("scheme", ["ext::", "EXT::", "ext://", "fd::"])
@pytest.mark.parametrize("what", ["--warm", ONE.tag])
def test_a_registry_address_that_makes_git_run_a_command_is_a_usage_error(
    rig: FolderRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, what: str
) -> None:
    serve(rig, 7, ONE)
    config, ran = tmp_path / "config", tmp_path / "ran"
    config.write_text('[protocol "ext"]\n\tallow = always\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    for rehearsal in ([], ["--dry-run"]):
        done = pulled(tmp_path, what, "--registry", f"{scheme}touch {ran}", *rehearsal)
        assert done.is_error(2), done
        assert "is no address of a repository" in done.err
        assert "fix: use https://HOST/PATH" in done.err
        assert not ran.exists()
