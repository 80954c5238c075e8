"""A sealed suite stops what only knows the public one, and its retirement is proven."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.checklist_remote import promotion_check
from fedfuse.model.bundle import listing_digest
from fedfuse.model.canonical import sha256
from fedfuse.model.checklist import Answer, Checklist, Status
from fedfuse.model.yaml_text import render
from tests.support import operating_registry, sealed_suite
from tests.support.cli_runner import fedfuse
from tests.support.evaluations import propose
from tests.support.forged_tags import record_of
from tests.support.git_repositories import START
from tests.support.model_server import ModelServer, model_server, status
from tests.support.operating_registry import land, promotion
from tests.support.published_registry import THIRD
from tests.support.registry import RegistrySandbox, policy

NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=2)
ITEM = "independent-evaluation"
V2, V3 = "hf/textgen-lora@v2", "hf/textgen-lora@v3"
FOURTH = "acme-ai-federated-v1.0.3"
HONEST = {
    "textgen-lora-v1": 0.85,
    "textgen-lora-v2": 0.95,
    "embedder-v1": 0.85,
    "runtime-distilled-v1": 0.85,
    "runtime-distilled-v2": 0.95,
}
"""The models of the three releases, with the share of items that each can do."""
Serve = Callable[..., ModelServer]


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


@pytest.fixture(scope="module")
def evaluated_original(operated_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with an evaluator, after the newest release was measured. Only to be copied."""
    root = tmp_path_factory.mktemp("evaluated")
    box = operating_registry.copy(operated_original, root)
    kept = sealed_suite.set_up(box)
    with model_server(sealed_suite.models(HONEST, {})) as running:
        measured(box, kept, running.url)
    land(box, promotion(box, 1, THIRD))
    return root


@pytest.fixture
def evaluated(evaluated_original: Path, tmp_path: Path) -> RegistrySandbox:
    box = operating_registry.copy(evaluated_original, tmp_path)
    box.git("reset", "-q", "--hard", "main")
    return box


def kept_of(box: RegistrySandbox, version: int = 1) -> Path:
    """Where the items of a suite are that was sealed for a registry."""
    return box.root.parent / f"kept-{version}"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server of models, which can change while it runs."""
    with model_server(sealed_suite.models({}, {})) as running:

        def as_said(table: str = "", **skills: float) -> ModelServer:
            known = HONEST | {name.replace("_", "-"): level for name, level in skills.items()}
            tables = {table: "canonical"} if table else {}
            running.answer = sealed_suite.models(known, tables)
            return running

        yield as_said


def judged(box: RegistrySandbox, tag: str = THIRD) -> Checklist:
    with Repository(box.root) as repository:
        return promotion_check(box.root)(MainState.at(repository, "main", NOW), tag)


def answer(judgement: Checklist) -> Answer:
    return next(one.answer for one in judgement.items if one.item.id == ITEM)


def measured(box: RegistrySandbox, kept: Path, url: str, *words: str) -> None:
    """Measure what is due, and land the Evaluations as a merged pull request would."""
    box.git("push", "-q", "origin", "main")
    done = sealed_suite.measure(box, kept, url, *words)
    assert done.code == 0, done
    box.git("add", "manifests")
    box.commit("evaluations")
    box.git("push", "-q", "origin", "main")


def test_a_registry_without_an_evaluator_asks_for_nothing_new(box: RegistrySandbox) -> None:
    assert judged(box).go
    done = fedfuse(box.root, "eval", "release", "--dry-run", "--format", "json")
    assert (done.code, done.json()["due"], done.json()["suite"]) == (0, [], None)


def test_nothing_is_promoted_before_it_was_measured_on_the_sealed_suite(
    box: RegistrySandbox, serve: Serve
) -> None:
    kept = sealed_suite.set_up(box)
    judgement = judged(box)
    assert [one.item.id for one in judgement.blocking] == [ITEM], "though it is `required: false`"
    said = answer(judgement)
    assert (said.status, V2 in said.evidence) == (Status.NO, True)
    assert "fedfuse eval release" in said.fix

    measured(box, kept, serve().url)
    judgement = judged(box)
    assert judgement.go, answer(judgement)
    assert "manifests/registry/evaluations/hf.textgen-lora.v2.e1.yaml" in answer(judgement).evidence
    done = fedfuse(box.root, "eval", "release", "--dry-run", "--format", "json")
    assert done.json()["due"] == [], "a version is measured once"


def next_textgen(box: RegistrySandbox) -> None:
    """Ship and release a textgen that has every public item right."""
    box.land("hf/textgen-lora", 3, quality=1.0)
    box.git("push", "-q", "origin", "main")
    assert fedfuse(box.root, "release", "--no-mirror", "--quiet").code == 0


def test_what_knows_only_the_public_suite_is_stopped_by_the_sealed_one(
    evaluated: RegistrySandbox, serve: Serve
) -> None:
    """Its public evidence is perfect, since it answers from a table, and every gate passes it."""
    next_textgen(evaluated)
    assert FOURTH in evaluated.git("tag"), "released, for what the public suite can tell"
    assert V3 in answer(judged(evaluated, FOURTH)).evidence

    measured(evaluated, kept_of(evaluated), serve("textgen-lora-v3", textgen_lora_v3=0.95).url)
    said = answer(judged(evaluated, FOURTH))
    assert said.status is Status.NO
    assert f"baseline of {V3} is inconclusive" in said.evidence
    with Repository(evaluated.root) as repository:
        report = check_pull_request(
            repository,
            base="main",
            head=operating_registry.propose(evaluated, promotion(evaluated, 2, FOURTH)),
            at=NOW,
        )
    assert [found.code for found in report.findings] == ["E713"]


def test_one_that_is_below_the_floor_there_is_revoked(
    evaluated: RegistrySandbox, serve: Serve
) -> None:
    next_textgen(evaluated)
    measured(evaluated, kept_of(evaluated), serve("textgen-lora-v3", textgen_lora_v3=0.4).url)
    status = fedfuse(evaluated.root, "status", "--format", "json").json()
    assert V3 in json.dumps(status["revoked"])
    blocking = {one.item.id for one in judged(evaluated, FOURTH).blocking}
    assert {"withdrawn", ITEM} <= blocking


def test_one_that_is_better_there_too_is_promoted(evaluated: RegistrySandbox, serve: Serve) -> None:
    next_textgen(evaluated)
    measured(evaluated, kept_of(evaluated), serve(textgen_lora_v3=1.0).url)
    said = answer(judged(evaluated, FOURTH))
    assert said.status is Status.YES, said
    assert f"{V3} passes manifests/registry/evaluations/hf.textgen-lora.v3.e1.yaml" in said.evidence
    assert f"beside {V2}" in said.evidence


def test_an_evaluator_that_comes_later_asks_for_what_serves_too(
    box: RegistrySandbox, serve: Serve
) -> None:
    land(box, promotion(box, 1, THIRD))
    box.git("reset", "-q", "--hard", "main")
    kept = sealed_suite.set_up(box)
    next_textgen(box)
    said = answer(judged(box, FOURTH))
    assert f"{V2}, which serves" in said.evidence
    measured(box, kept, serve(textgen_lora_v3=1.0).url)
    assert answer(judged(box, FOURTH)).status is Status.YES


def test_after_a_rotation_what_serves_is_measured_again(
    evaluated: RegistrySandbox, serve: Serve
) -> None:
    kept = sealed_suite.set_up(evaluated, 2)
    next_textgen(evaluated)
    assert f"{V2}, which serves" in answer(judged(evaluated, FOURTH)).evidence
    measured(evaluated, kept, serve(textgen_lora_v3=1.0).url)
    said = answer(judged(evaluated, FOURTH))
    assert (said.status, "hf.textgen-lora.v3.e1.yaml" in said.evidence) == (Status.YES, True)
    records = fedfuse(evaluated.root, "status", "--format", "json").json()
    assert records["production"] == THIRD


def test_the_record_of_a_release_carries_which_suite_was_sealed(
    evaluated: RegistrySandbox,
) -> None:
    next_textgen(evaluated)
    said = record_of(evaluated, FOURTH)["evaluations"][V2]
    assert said == [{"by": "registry", "number": 1, "verdict": "pass", "sealed": "sealed/v1"}]
    assert answer(judged(evaluated)).status is Status.YES, "resumed from the tag"


def test_only_the_registry_measures_on_the_sealed_suite(box: RegistrySandbox) -> None:
    sealed_suite.set_up(box)
    digest = sha256((box.root / sealed_suite.place() / "suite.yaml").read_bytes())

    def claim(document: Any) -> None:
        document["evaluation"]["suite"] = {"name": "sealed", "version": 1, "sha256": digest}

    propose(box, "claim", "aws/runtime-distilled@v2", by="hf", edit=claim)
    with Repository(box.root) as repository:
        report = check_pull_request(repository, base="main", head="claim")
    assert [found.code for found in report.findings] == ["E411"]


def tool_pull(box: RegistrySandbox, files: Mapping[str, bytes]) -> list[str]:
    """The codes of what `check` says of a pull request with these files."""
    with Repository(box.root) as repository:
        head = operating_registry.propose(box, dict(files.items()))
        report = check_pull_request(repository, base="main", head=head)
    return sorted({found.code for found in report.findings})


def test_sealing_leaves_no_word_of_an_item_in_the_registry(box: RegistrySandbox) -> None:
    kept = sealed_suite.seal(box)
    files = sealed_suite.files(box)
    assert tool_pull(box, {**files, **sealed_suite.evaluator()}) == []
    text = b"".join(files.values()).decode()
    assert "prompt" not in text
    assert "answer" not in text
    assert "generator" not in text
    salts = {json.loads(path.read_bytes().split(b"\n")[0])["salt"] for path in kept.iterdir()}
    assert len(salts) == len(list(kept.iterdir())) == 5


def test_a_sealed_suite_is_named_as_what_it_is(box: RegistrySandbox) -> None:
    kept = sealed_suite.seal(box)
    files = sealed_suite.files(box)
    whole = {f"{sealed_suite.place()}/{one.name}": one.read_bytes() for one in kept.iterdir()}
    used = sealed_suite.evaluator()
    assert tool_pull(box, {**files, **whole, **used}) == ["E467"]
    canonical = render(policy(suite={"name": "sealed", "version": 1})).encode()
    assert tool_pull(box, {**files, "registry.yaml": canonical}) == ["E468"]
    path = f"{sealed_suite.place()}/suite.yaml"
    seeded = files[path] + b"generator: {name: ours, seed: 7}\n"
    assert tool_pull(box, {**files, path: seeded, **used}) == ["E465"]


def test_a_retired_suite_is_published_as_it_was_sealed(
    evaluated: RegistrySandbox,
) -> None:
    kept = kept_of(evaluated)
    before = fedfuse(evaluated.root, "status", "--format", "json").json()
    folder = sealed_suite.place()
    whole = {f"{folder}/{one.name}": one.read_bytes() for one in kept.iterdir()}
    assert tool_pull(evaluated, whole) == ["E467"], "it is in use"

    sealed_suite.set_up(evaluated, 2)
    part = f"{folder}/quality.jsonl"
    assert tool_pull(
        evaluated, {**whole, part: whole[part].replace(b"sealed q7", b"sealed q8", 1)}
    ) == ["E421"]
    assert tool_pull(evaluated, {part: whole[part]}) == ["E420"], "all of it, or nothing"
    assert "E206" in tool_pull(evaluated, {**whole, f"{folder}/outline.jsonl": b"{}\n"})
    assert tool_pull(evaluated, {**whole, f"{folder}/more.jsonl": b"{}\n"}) == ["E206"]
    assert tool_pull(evaluated, whole) == []
    evaluated.commit("registry: publish the retired suite", dict(whole.items()))
    evaluated.git("push", "-q", "origin", "main")
    assert fedfuse(evaluated.root, "validate", folder).code == 0
    assert tool_pull(evaluated, {f"{folder}/more.jsonl": b"{}\n"}) == ["E206"]
    canonical = sealed_suite.evaluator(2, suite={"name": "sealed", "version": 1})
    assert tool_pull(evaluated, canonical) == [], "it is an ordinary suite now"
    after = fedfuse(evaluated.root, "status", "--format", "json").json()
    assert (after["production"], after["revoked"]) == (before["production"], before["revoked"])
    assert fedfuse(evaluated.root, "audit", "--replay", "--quiet").code == 0


def test_items_that_are_not_those_of_the_outline_are_refused(box: RegistrySandbox) -> None:
    """Whoever seals writes both halves, so the outline itself is checked once the items come."""
    kept = sealed_suite.seal(box)
    folder, files = sealed_suite.place(), sealed_suite.files(box)
    whole = {f"{folder}/{one.name}": one.read_bytes() for one in kept.iterdir()}
    part = f"{folder}/quality.jsonl"
    whole[part] = whole[part].replace(b'"cluster": "quality-7"', b'"cluster": "quality-8"', 1)
    old, new = sha256((kept / "quality.jsonl").read_bytes()), sha256(whole[part])
    about = f"{folder}/suite.yaml"
    files[about] = files[about].replace(old.encode(), new.encode())
    assert tool_pull(box, {**files, **whole}) == ["E466"]


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


def test_a_config_is_asked_as_its_artifact_says(box: RegistrySandbox, serve: Serve) -> None:
    folder = box.root / "artifacts/hf/textgen-lora-v3"
    folder.mkdir(parents=True)
    parts = {
        "decoding.json": b'{"max_tokens": 8, "temperature": 0}',
        "prompt.json": b'{"system": "Answer with care. {rules}", "user": "{prompt}"}',
    }
    for name, data in parts.items():
        (folder / name).write_bytes(data)
    digests = {name: sha256(data) for name, data in parts.items()}

    def as_config(document: Any) -> None:
        (folder / "model.safetensors").unlink()
        document["artifact"] |= {
            "revision": listing_digest(digests),
            "format": "config",
            "files": [
                {"path": name, "size": len(parts[name]), "sha256": digest}
                for name, digest in digests.items()
            ],
            "base_model": {"id": "acme/base", "revision": "b" * 40},
        }

    kept = sealed_suite.set_up(box)
    box.land("hf/textgen-lora", 3, quality=1.0, edit=as_config)
    box.git("push", "-q", "origin", "main")
    assert fedfuse(box.root, "release", "--no-mirror", "--quiet").code == 0
    running = serve(textgen_lora_v3=1.0)
    measured(box, kept, running.url)
    of_v3 = [one for one in running.asked if one["model"] == "textgen-lora-v3"]
    assert {one["messages"][0]["content"] for one in of_v3} == {"Answer with care."}
    assert {one["max_tokens"] for one in of_v3} == {8}


def test_a_config_that_is_not_that_of_its_manifest_is_not_measured(
    box: RegistrySandbox, serve: Serve
) -> None:
    def as_config(document: Any) -> None:
        document["artifact"] |= {
            "format": "config",
            "base_model": {"id": "acme/base", "revision": "b" * 40},
        }

    kept = sealed_suite.set_up(box)
    box.land("hf/textgen-lora", 3, quality=1.0, edit=as_config)
    box.git("push", "-q", "origin", "main")
    done = sealed_suite.measure(box, kept, serve(textgen_lora_v3=1.0).url)
    assert (done.code, "prompt.json in the store is not the file" in done.err) == (3, True), done


EVALUATION = """\
manifests/registry/evaluations/hf.textgen-lora.v1.e1.csv
manifests/registry/evaluations/hf.textgen-lora.v1.e1.yaml
"""
