"""Trains a router on a routing suite of the registry, and writes its folder or nothing."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fedfuse.adapters.files import new_folder, read_named
from fedfuse.adapters.static_embedding import StaticEmbedding, libraries
from fedfuse.adapters.stores import hf
from fedfuse.adapters.stores.store import Access
from fedfuse.adapters.trained_router import TrainedRouter
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.engine.interface import Snapshot
from fedfuse.errors import UsageError
from fedfuse.flows.authoring.router_training import Prompt, fit_head, fit_thresholds
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.draft_tree import DraftTree
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.finding import Finding
from fedfuse.model.router import (
    CONFIG,
    EMBEDDING,
    EVIDENCE,
    EVIDENCE_HEADER,
    HEAD,
    ROUTER,
    TEST_PART,
    TOKENIZER,
    Router,
    folder_of,
    macro_f1,
)
from fedfuse.model.suite import Suite, lines

_MOST_BYTES = 64 * 1024 * 1024
_KEPT_SETTINGS = ("model_type", "architectures", "normalize", "pooling", "embedding_dtype")
"""Of an embedding's configuration. The rest says where it was made."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a router is made of."""

    embedding: str
    """A folder, or `hf://OWNER/NAME@COMMIT`."""
    source: str
    """Where the word vectors come from; empty when `embedding` says it."""
    license: str
    suite: str
    """`routing/v1`."""
    types: tuple[str, ...]
    """The prompt types to choose among; empty means all of the suite."""
    safety: tuple[str, ...]
    abstain_to: str
    hub_endpoint: str


@dataclass(frozen=True, slots=True)
class FusedRouter:
    """What training gave: a router, or what the registry would refuse about it."""

    folder: str
    router: Router
    families: int
    """Template families of the test part."""
    findings: tuple[Finding, ...]


def fuse_router(root: Path, recipe: Recipe, *, dry_run: bool) -> FusedRouter:
    """Train, judge and write the next router of the registry at `root`.

    The registry's own rules judge the folder before it is written; with findings nothing is. The
    same suite and embedding give the same bytes. Raises UsageError for a recipe that does not fit
    the registry, and FedfuseError when files cannot be read or libraries are missing.
    """
    libraries()
    tree = WorkTree(root)
    snapshot = snapshots.of(tree)
    suite, folder = _suite(snapshot, recipe.suite)
    labels = _labels(suite, recipe)
    taken = [int(name[1:]) for name in tree.names("releases/routers") if name[1:].isdigit()]
    draft = Router(
        version=max(taken, default=0) + 1,
        labels=labels,
        thresholds=dict.fromkeys(labels, 0.0),
        abstain_to=recipe.abstain_to,
        safety=tuple(one for one in recipe.safety if one in labels),
        suite=recipe.suite,
        suite_sha256=suite.sha256,
        macro_f1=0.0,
        files={},
    )
    parts = {part: _prompts(tree.read(f"{folder}/{part}.jsonl") or b"", labels) for part in _PARTS}
    router, files = _trained(draft, parts, _embedding_files(recipe), recipe)
    there = {f"{folder_of(router.version)}/{name}": data for name, data in files.items()}
    judged = snapshots.of(DraftTree(tree, there)).router(router.version)
    findings = judged if isinstance(judged, tuple) else ()
    if not findings and not dry_run:
        with new_folder(root / folder_of(router.version)) as target:
            for name, data in files.items():
                (target / name).write_bytes(data)
    families = {item.cluster for item in suite.parts[TEST_PART] if item.category in labels}
    return FusedRouter(folder_of(router.version), router, len(families), findings)


_PARTS = ("train", "calibration", TEST_PART)


def _suite(snapshot: Snapshot, label: str) -> tuple[Suite, str]:
    folder = f"schemas/suites/{label}"
    suite = snapshot.suite_at(folder)
    if isinstance(suite, tuple):
        what = f"{suite[0].place}: {suite[0].message}"
        raise UsageError(what, fix="name a suite of this registry: --suite routing/v1")
    if missing := [part for part in _PARTS if not suite.parts.get(part)]:
        what = f"{label} has no part {' and no part '.join(missing)}"
        raise UsageError(what, fix="name a routing suite: --suite routing/v1")
    return suite, folder


def _labels(suite: Suite, recipe: Recipe) -> tuple[str, ...]:
    there = [{item.category for item in suite.parts[part]} for part in _PARTS]
    everywhere = set.intersection(*there)
    labels = tuple(sorted({*recipe.types} or everywhere))
    fix = f"choose of {', '.join(sorted(everywhere))}"
    if unknown := sorted({*labels} - everywhere):
        raise UsageError(f"{recipe.suite} has no items of type {', '.join(unknown)}", fix=fix)
    if len(labels) < 2:
        raise UsageError("a router chooses among two types or more", fix=fix)
    if recipe.abstain_to not in labels:
        raise UsageError(f"--abstain-to {recipe.abstain_to} is none of the types", fix=fix)
    return labels


def _prompts(data: bytes, labels: Sequence[str]) -> list[Prompt]:
    rows = (row for _, row in lines(data) if row is not None)
    found = (Prompt(str(r["id"]), str(r["category"]), str(r.get("prompt", ""))) for r in rows)
    return [one for one in found if one.label in labels]


def _embedding_files(recipe: Recipe) -> dict[str, bytes]:
    """The three files of the embedding; its settings without the place where it was made."""
    at_hub = recipe.embedding.startswith(hf.STORE.scheme)
    read = _on_hub(recipe) if at_hub else _in_folder(recipe)
    files = {name: read(name) for name in (EMBEDDING, TOKENIZER, CONFIG)}
    try:
        settings = json.loads(files[CONFIG])
        kept = {key: settings[key] for key in _KEPT_SETTINGS if key in settings}
    except (ValueError, TypeError, RecursionError) as err:
        what = f"{CONFIG} of {recipe.embedding} is no JSON object"
        raise UsageError(what, fix="name an embedding that model2vec saved") from err
    return {**files, CONFIG: dumps_by_key({"normalize": True, **kept})}


def _in_folder(recipe: Recipe) -> Callable[[str], bytes]:
    if not recipe.source:
        raise UsageError("--source is missing", fix="say where the vectors are from: OWNER/MODEL")
    folder = Path(recipe.embedding)
    fix = "name a folder that model2vec saved; tests/bench/README.md shows how to make one"
    return lambda name: read_named(folder / name, most=_MOST_BYTES, fix=fix)


def _on_hub(recipe: Recipe) -> Callable[[str], bytes]:
    uri, _, revision = recipe.embedding.partition("@")
    location = hf.STORE.location_of(uri)
    if not location or not hf.STORE.has_revision(revision):
        what = f"{recipe.embedding} names no repository at a commit"
        raise UsageError(what, fix=f"write {hf.STORE.form}@COMMIT with {hf.STORE.revision_is}")
    access = Access(recipe.hub_endpoint)
    return lambda name: hf.STORE.read(location, revision, name, access)


def _trained(
    draft: Router, parts: Mapping[str, list[Prompt]], files: dict[str, bytes], recipe: Recipe
) -> tuple[Router, dict[str, bytes]]:
    """The router and all its files."""
    embedding = StaticEmbedding(files)
    head = fit_head(embedding, draft.labels, parts["train"])
    thresholds = fit_thresholds(TrainedRouter(draft, embedding, head), parts["calibration"])
    fitted = replace(draft, thresholds=thresholds)
    trained = TrainedRouter(fitted, embedding, head)
    choices = [(one, trained.route(one.text)) for one in parts[TEST_PART]]
    rows = [f"{one.id},{choice.prompt_type},{choice.score:.4f}" for one, choice in choices]
    made = {
        **files,
        HEAD: libraries()[2].save(head),
        EVIDENCE: "".join(f"{row}\n" for row in (EVIDENCE_HEADER, *rows)).encode("ascii"),
    }
    pairs = ((one.label, choice.prompt_type) for one, choice in choices)
    router = replace(
        fitted,
        macro_f1=round(macro_f1(draft.labels, pairs), 6),
        files={name: sha256(data) for name, data in sorted(made.items())},
    )
    return router, {**made, ROUTER: dumps_by_key(_document(router, recipe))}


def _document(router: Router, recipe: Recipe) -> Mapping[str, Any]:
    name, _, version = router.suite.rpartition("/v")
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "Router",
        "version": router.version,
        "labels": list(router.labels),
        "thresholds": dict(router.thresholds),
        "abstain_to": router.abstain_to,
        "safety": list(router.safety),
        "suite": {"name": name, "version": int(version), "sha256": router.suite_sha256},
        "embedding": {"source": recipe.source or recipe.embedding, "license": recipe.license},
        "macro_f1": router.macro_f1,
        "files": dict(router.files),
    }
