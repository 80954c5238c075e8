"""From a release to a pulled bundle, on the command line, through a Hub and through a folder."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.model.canonical import sha256
from tests.support.mirrored_registry import NOBODY, UPSTREAM, Stage
from tests.support.mirrors import REPO
from tests.support.published_registry import FIRST, NAME, SECOND

PINNED = "manifests/hf/textgen-lora/v1.yaml"
THIRD = f"{NAME}-v1.0.2"


def better_embedder(stage: Stage) -> None:
    """Land and push what makes a next release."""
    stage.box.land("gcp/embedder", 2, quality=0.95)
    stage.box.land("gcp/retrieval-eval", 2, subject="gcp/embedder@v2", quality=0.95)
    stage.box.git("push", "-q", "origin", "main")


def test_what_was_released_is_pulled_back_byte_for_byte(stage: Stage) -> None:
    better_embedder(stage)
    released = stage.run("release")
    assert released.code == 0, released.err
    assert f"published {FIRST}, {SECOND}, {THIRD}" in released.err
    done = stage.pull(THIRD, "--registry", UPSTREAM)
    assert (done.code, done.err) == (0, "")
    assert "anchored: the registry knows tag object" in done.out
    files = {path.removeprefix(f"{THIRD}/"): body for path, body in stage.landed().items()}
    record = json.loads(files["fused.json"])
    assert stage.box.git("cat-file", "tag", THIRD).endswith(files["fused.json"].decode().strip())
    assert record["units"]["gcp/embedder"]["member"] == 2
    with Repository(stage.box.root) as repository:
        for path, digest in record["bundle"].items():
            assert files[path] == repository.read_at(record["commit"], path)
            assert sha256(files[path]) == digest
    sums = {line[66:] for line in files["SHA256SUMS"].decode().splitlines()}
    assert sums | {"SHA256SUMS", "channels.lock"} == set(files)


def test_fresh_processes_release_to_a_hub_and_pull_from_it(hub_stage: Stage) -> None:
    def fedfuse(*words: str) -> str:
        command = [sys.executable, "-m", "fedfuse", *words]
        done = subprocess.run(
            command, cwd=hub_stage.box.root, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert SECOND in fedfuse("release")
    words = ("--from", f"hf://{REPO}", "--to", str(hub_stage.landing), "--registry", UPSTREAM)
    assert "anchored" in fedfuse("pull", "candidate", *words)
    listing = hub_stage.landing / SECOND
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=listing, check=True)


def test_the_clone_itself_gives_the_same_bytes_as_its_mirror(stage: Stage) -> None:
    stage.mirror()
    assert stage.pull("candidate").code == 0
    mirrored, lock = stage.landed(), json.loads(stage.landed()["channels.lock"])
    stage.landing = stage.landing.with_name("from-git")
    done = stage.pull("candidate", source="git")
    assert done.code == 0, done.err
    assert "anchored" in done.out
    proven = stage.landed()
    assert json.loads(proven.pop("channels.lock")) == {
        **lock,
        "main": stage.box.git("rev-parse", "main"),
    }
    assert proven.items() == mirrored.items() - {("channels.lock", mirrored["channels.lock"])}


def test_the_hub_of_the_registry_is_the_default_source(stage: Stage) -> None:
    stage.mirror()
    done = stage.run("pull", FIRST, "--to", str(stage.landing))
    assert done.code == 0, done.err
    assert f"{FIRST}/fused.json" in stage.landed()


@pytest.mark.parametrize("channel", ["production", "warm"])
def test_a_channel_that_points_at_nothing_is_refused(stage: Stage, channel: str) -> None:
    stage.mirror()
    done = stage.pull(channel)
    assert done.code == 1
    assert "E549" in done.out
    assert stage.landed() == {}


def test_a_tag_that_does_not_exist_is_refused_and_the_real_ones_are_named(stage: Stage) -> None:
    stage.mirror()
    for source in (stage.address, "git"):
        done = stage.pull(THIRD, source=source)
        assert done.is_error(2)
        assert SECOND in done.err


def test_the_tag_object_that_was_expected_is_accepted_and_no_other(stage: Stage) -> None:
    stage.mirror()
    oid = stage.box.git("rev-parse", SECOND)
    wrong = stage.pull(SECOND, "--expect", stage.box.git("rev-parse", FIRST))
    assert wrong.code == 1
    assert "E543" in wrong.out
    assert "nothing was written" in wrong.out
    assert stage.landed() == {}
    right = stage.pull(SECOND, "--expect", oid, "--format", "json")
    assert right.code == 0
    assert (right.json()["tag_object"], right.json()["anchored"]) == (oid, "--expect")


def test_a_place_that_is_no_folder_is_no_verdict_on_the_release(stage: Stage) -> None:
    stage.mirror()
    stage.landing.write_bytes(b"")
    done = stage.pull(SECOND)
    assert (done.code, "pull into a folder you can write to" in done.err) == (3, True)


def test_without_an_anchor_the_answer_says_what_it_trusts(stage: Stage) -> None:
    stage.mirror()
    done = stage.pull(SECOND)
    assert done.code == 0
    assert "not anchored: trusts the Hub (--registry URL anchors it)" in done.out
    assert stage.pull(SECOND, "--quiet").out == ""


def swapped_manifest(stage: Stage) -> None:
    stage.rig.tag_by_hand(FIRST, {PINNED: b"version: 666\n"})


def swapped_routes(stage: Stage) -> None:
    stage.rig.tag_by_hand(FIRST, {"routes.json": b"{}\n"})


def swapped_release(stage: Stage) -> None:
    stage.rig.tag_by_hand(FIRST, stage.rig.files(SECOND))


def extra_file(stage: Stage) -> None:
    stage.rig.tag_by_hand(FIRST, {"run_me.py": b"import os\n"})


@pytest.mark.parametrize("tamper", [swapped_manifest, swapped_routes, swapped_release, extra_file])
def test_a_tampered_mirror_is_refused_and_nothing_is_written(
    stage: Stage, tamper: Callable[[Stage], None]
) -> None:
    stage.mirror()
    tamper(stage)
    done = stage.pull(FIRST)
    assert done.code == 1
    assert "E54" in done.out
    assert done.out.endswith(f"{FIRST}: refused, nothing was written\n")
    assert stage.landed() == {}


def test_channels_older_than_those_seen_are_refused(stage: Stage) -> None:
    older = stage.run("mirror", "--ref", "main~1")
    assert older.code == 0, older.err
    assert stage.pull("candidate", source="git").code == 0
    before = stage.landed()
    done = stage.pull("candidate")
    assert done.code == 1
    assert "E547" in done.out
    assert stage.landed() == before


def test_a_rehearsed_pull_proves_everything_and_writes_nothing(stage: Stage) -> None:
    stage.mirror()
    done = stage.pull(SECOND, "--dry-run", "--registry", UPSTREAM)
    assert done.code == 0
    assert "would be written to" in done.out
    assert not stage.landing.exists()


def test_a_rehearsed_mirror_says_what_differs_and_changes_nothing(stage: Stage) -> None:
    done = stage.run("mirror", "--dry-run")
    assert done.code == 0
    assert done.out.count("E521") == 2
    found = stage.run("mirror", "--dry-run", "--format", "json").json()["findings"]
    assert [one["code"] for one in found] == ["E521", "E521"]
    assert stage.rig.tags() == {}


def test_mirroring_says_what_it_did_as_json(stage: Stage) -> None:
    first, second = (stage.run("mirror", "--format", "json").json() for _ in range(2))
    assert (first["created"], second["created"]) == ([FIRST, SECOND], [])
    assert (first["rewrote_main"], second["rewrote_main"]) == (True, False)


def test_a_clone_that_lacks_a_tag_is_told_that_it_mirrors_less(stage: Stage) -> None:
    stage.box.git("tag", "-d", SECOND)
    done = stage.run("mirror")
    assert done.code == 0
    assert f"warning: no tag here, so not mirrored: {SECOND}" in done.err
    assert set(stage.rig.tags()) == {FIRST}


def test_a_registry_without_releases_has_nothing_to_mirror(stage: Stage) -> None:
    stage.box.git("tag", "-d", FIRST, SECOND)
    done = stage.run("mirror", "--quiet")
    assert (done.code, done.err) == (0, "")
    assert "no release to mirror yet" in done.out


def test_a_forged_tag_off_main_is_neither_mirrored_nor_pulled(stage: Stage) -> None:
    stage.box.git("update-ref", f"refs/tags/{THIRD}", stage.box.git("rev-parse", FIRST))
    stage.mirror()
    assert set(stage.rig.tags()) == {FIRST, SECOND}
    assert stage.pull(THIRD, source="git").is_error(2)


def test_a_release_while_the_hub_is_down_is_tagged_and_the_next_run_heals(
    hub_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    better_embedder(hub_stage)
    endpoint = os.environ["HF_ENDPOINT"]
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    done = hub_stage.run("release", "--format", "json", "--quiet")
    assert done.code == 3
    assert done.err.startswith("error: the tags are in place, the mirror is not up to date: ")
    assert "fedfuse mirror" in done.err.splitlines()[1]
    assert len(done.err.splitlines()) == 2
    assert THIRD in hub_stage.box.git("ls-remote", "--tags", "origin")
    assert [one["exists"] for one in done.json()["releases"]] == [True, False]
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    healed = hub_stage.run("release", "--format", "json")
    assert healed.code == 0, healed.err
    assert [one["exists"] for one in healed.json()["releases"]] == [True]
    assert set(hub_stage.rig.tags()) == {FIRST, SECOND, THIRD}


@pytest.mark.parametrize("token", ["hf_wrong", ""])
def test_a_wrong_or_missing_token_is_one_error_and_nothing_is_written(
    hub_stage: Stage, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    hub_stage.mirror()
    before = hub_stage.rig.everything()
    better_embedder(hub_stage)
    assert hub_stage.run("release", "--no-mirror").code == 0
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", "/nowhere")
    done = hub_stage.run("mirror")
    assert done.is_error(3)
    assert "HF_TOKEN" in done.err
    assert hub_stage.rig.everything() == before


@pytest.mark.parametrize("source", ["hf://acme", "s3://acme/x", "hf://acme/x/y", "dir:", "--"])
def test_a_source_that_is_no_mirror_is_a_usage_error(stage: Stage, source: str) -> None:
    done = stage.pull(FIRST, source=source)
    assert done.code == 2
    assert "hf://OWNER/NAME or dir:PATH" in done.err or "Usage" in done.err


def test_a_source_that_does_not_exist_is_refused(stage: Stage, tmp_path: Path) -> None:
    for source in (f"dir:{tmp_path / 'nowhere'}", stage.address):
        assert stage.pull(FIRST, source=source).is_error(1)


def test_outside_a_registry_the_source_must_be_named(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    stage.box.root = tmp_path / "empty"
    done = stage.run("pull", FIRST, "--to", str(stage.landing))
    assert done.is_error(2)
    assert "--from" in done.err


def test_a_registry_that_cannot_be_asked_anchors_nothing(stage: Stage, tmp_path: Path) -> None:
    stage.mirror()
    done = stage.pull(FIRST, "--registry", str(tmp_path / "nowhere.git"))
    assert done.is_error(3)
    assert stage.landed() == {}


def test_a_remote_that_does_not_exist_is_a_usage_error(stage: Stage) -> None:
    assert stage.run("release", "--remote", "upstraem").is_error(2)
