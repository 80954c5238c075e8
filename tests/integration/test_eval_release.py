"""`fedfuse eval release` measures on the sealed suite, and tells nothing of its items."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.bundle import listing_digest
from fedfuse.model.canonical import sha256
from tests.support import operating_registry, sealed_suite
from tests.support.cli_runner import fedfuse
from tests.support.model_server import status
from tests.support.registry import RegistrySandbox
from tests.support.sealed_suite import Serve, measured

pytestmark = pytest.mark.slow  # each run asks a whole sealed suite of a real server


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with sealed_suite.serving() as said:
        yield said


def test_a_run_on_other_items_than_the_sealed_ones_is_refused(
    box: RegistrySandbox, serve: Serve
) -> None:
    kept = sealed_suite.set_up(box)
    box.git("push", "-q", "origin", "main")
    (kept / "policy.jsonl").write_bytes((kept / "policy.jsonl").read_bytes() + b"\n")
    done = sealed_suite.measure(box, kept, serve().url)
    assert (done.code, "E421" in done.err) == (1, True), done
    assert serve().asked == []


def test_a_run_tells_no_item_and_no_answer(box: RegistrySandbox, serve: Serve) -> None:
    kept = sealed_suite.set_up(box)
    box.git("push", "-q", "origin", "main")
    done = sealed_suite.measure(box, kept, serve().url)
    assert done.code == 0
    written = "".join(path.read_text() for path in (box.root / "manifests/registry").rglob("*.*"))
    for text in (done.out, done.err, written):
        assert "sealed q" not in text
        assert "prompt" not in text


def test_a_run_that_was_killed_goes_on(box: RegistrySandbox, serve: Serve) -> None:
    kept = sealed_suite.set_up(box)
    box.git("push", "-q", "origin", "main")
    running = serve()
    whole = running.answer

    def dies(request: Any) -> Any:
        return status(401) if len(running.asked) > 900 else whole(request)

    running.answer = dies
    assert sealed_suite.measure(box, kept, running.url).code == 3
    running.answer = whole
    assert sealed_suite.measure(box, kept, running.url).code == 0
    questions = [str(one.get("messages") or one["input"]) for one in running.asked]
    assert len(questions) < 2 * len(set(questions))


def test_who_does_not_say_where_a_unit_is_served_measures_nothing(
    box: RegistrySandbox, serve: Serve, tmp_path: Path
) -> None:
    kept = sealed_suite.set_up(box)
    box.git("push", "-q", "origin", "main")
    url = serve().url
    words = ("eval", "release", "--items", str(kept), "--to", str(tmp_path / "runs"))
    some = tmp_path / "some.json"
    known = json.loads(sealed_suite.endpoints(some, url).read_text())
    del known["gcp/embedder"]
    some.write_text(json.dumps(known))
    done = fedfuse(box.root, *words, "--endpoints", str(some))
    assert (done.code, "no endpoint is known for gcp/embedder" in done.err) == (2, True)
    known["gcp/embedder"] = {"endpoint": url}
    some.write_text(json.dumps(known))
    done = fedfuse(box.root, *words, "--endpoints", str(some))
    assert (done.code, "does not say how it is served" in done.err) == (2, True)
    done = fedfuse(box.root, "eval", "release")
    assert (done.code, "--items" in done.err) == (2, True)
    assert serve().asked == []


def test_sealed_items_are_asked_for_and_only_where_they_are_needed(
    box: RegistrySandbox, serve: Serve, tmp_path: Path
) -> None:
    kept = sealed_suite.set_up(box)
    run: tuple[str, ...] = ("eval", "run", "--endpoint", serve().url, "--model", "textgen-lora-v1")
    run = (*run, "--role", "textgen", "--to", str(tmp_path / "x.csv"))
    suite = str(box.root / sealed_suite.place())
    done = fedfuse(box.root, *run, "--suite", suite)
    assert (done.code, "is sealed" in done.err) == (2, True)
    done = fedfuse(box.root, *run, "--items", str(kept))
    assert (done.code, "is not sealed" in done.err) == (2, True)
    done = fedfuse(box.root, *run, "--suite", suite, "--items", str(kept), "--concurrency", "8")
    assert done.code == 0, done
    new: tuple[str, ...] = (
        "new",
        "--evaluates",
        "hf/textgen-lora@v1",
        "--by",
        "registry",
        "--evidence",
    )
    new = (
        *new,
        str(tmp_path / "x.csv"),
        "--hardware",
        "2 cores@local",
        "--pricing",
        "0.80@2026-09-01",
    )
    done = fedfuse(box.root, *new, "--sealed")
    assert (done.code, done.out) == (0, EVALUATION)
    done = fedfuse(box.root, *new[:3], "--by", "hf", *new[5:], "--sealed")
    assert (done.code, "in its own name" in done.err) == (2, True)


CONFIG = {
    "decoding.json": b'{"max_tokens": 8, "temperature": 0}',
    "prompt.json": b'{"system": "Answer with care. {rules}", "user": "{prompt}"}',
}


def land_config(box: RegistrySandbox) -> Path:
    """Land a config; the folder in which it lies."""
    folder = box.root / "artifacts/hf/textgen-lora-v3"
    folder.mkdir(parents=True)
    for name, data in CONFIG.items():
        (folder / name).write_bytes(data)
    digests = {name: sha256(data) for name, data in CONFIG.items()}

    def as_config(document: Any) -> None:
        (folder / "model.safetensors").unlink()
        document["artifact"] |= {
            "revision": listing_digest(digests),
            "format": "config",
            "files": [
                {"path": name, "size": len(CONFIG[name]), "sha256": digest}
                for name, digest in digests.items()
            ],
            "base_model": {"id": "acme/base", "revision": "b" * 40},
        }

    box.land("hf/textgen-lora", 3, quality=1.0, edit=as_config)
    box.git("push", "-q", "origin", "main")
    return folder


def test_a_config_is_asked_as_its_artifact_says(box: RegistrySandbox, serve: Serve) -> None:
    kept = sealed_suite.set_up(box)
    land_config(box)
    assert fedfuse(box.root, "release", "--no-mirror", "--quiet").code == 0
    running = serve(textgen_lora_v3=1.0)
    measured(box, kept, running.url)
    of_v3 = [one for one in running.asked if one["model"] == "textgen-lora-v3"]
    assert {one["messages"][0]["content"] for one in of_v3} == {"Answer with care."}
    assert {one["max_tokens"] for one in of_v3} == {8}


def test_a_config_that_is_not_that_of_its_manifest_is_not_measured(
    box: RegistrySandbox, serve: Serve
) -> None:
    kept = sealed_suite.set_up(box)
    (land_config(box) / "prompt.json").write_bytes(b"{}")
    done = sealed_suite.measure(box, kept, serve(textgen_lora_v3=1.0).url)
    assert (done.code, "prompt.json in the store is not the file" in done.err) == (3, True), done


EVALUATION = """\
manifests/registry/evaluations/hf.textgen-lora.v1.e1.csv
manifests/registry/evaluations/hf.textgen-lora.v1.e1.yaml
"""
