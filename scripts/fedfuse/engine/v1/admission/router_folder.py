"""The folder of a trained router: six files that say the same and choose well enough."""

from collections.abc import Iterator, Mapping

from fedfuse.engine.interface import Snapshot
from fedfuse.engine.v1.admission import router_evidence, router_model
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.router import (
    EVIDENCE,
    FILES,
    MAX_FILE_BYTES,
    MAX_FOLDER_BYTES,
    ROUTER,
    TEST_PART,
    Router,
    folder_of,
    router_of,
)
from fedfuse.model.suite import Suite

SCHEMA = "schemas/router.v1.schema.json"
_AGAIN = "write the folder again with `fedfuse fuse router`"


def read(version: int, snapshot: Snapshot) -> Router | tuple[Finding, ...]:
    """The router of a version, or everything wrong with its files, sorted. Never raises for them.

    Everything is read as data by the standard library: no number of the model is used. So the
    macro-F1 is that of the evidence, and whoever has the router can compute the evidence again.
    """
    folder = folder_of(version)
    files = {name: snapshot.tree.read(f"{folder}/{name}") for name in FILES}
    there = {name: data for name, data in files.items() if data is not None}
    if found := tuple(_unlike(folder, snapshot.tree.names(folder), there)):
        return found
    if snapshot.tree.read(SCHEMA) is None:
        what = f"{SCHEMA} is missing, so no router can be judged"
        return (Finding(f"{folder}/{ROUTER}", 0, 0, "E470", what, fix="fedfuse upgrade"),)
    document = snapshot.json(f"{folder}/{ROUTER}")
    if not isinstance(document, Document):
        return document
    if refused := snapshot.validator("router").findings(document):
        return refused
    router = router_of(document.value)
    found = tuple(sorted(_findings(document, router, there, snapshot)))
    return found or router


def _unlike(folder: str, names: tuple[str, ...], files: Mapping[str, bytes]) -> Iterator[Finding]:
    for name in sorted({*FILES} ^ {*names}):
        what = "a router has exactly six files, without this one"
        if name in FILES:
            what = "a router has exactly six files, and this one is missing"
        yield Finding(f"{folder}/{name}", 0, 0, "E470", what, ", ".join(FILES), fix=_AGAIN)
    large = [name for name, data in files.items() if len(data) > MAX_FILE_BYTES]
    total = sum(map(len, files.values()))
    if large or total > MAX_FOLDER_BYTES:
        what = f"the files have {total:,} bytes"
        limit = f"at most {MAX_FILE_BYTES:,} each and {MAX_FOLDER_BYTES:,} in all"
        yield Finding(folder, 0, 0, "E470", what, limit, fix="cut rows or dimensions")


def _findings(
    document: Document, router: Router, files: Mapping[str, bytes], snapshot: Snapshot
) -> Iterator[Finding]:
    folder = document.path.removesuffix(f"/{ROUTER}")
    if folder != folder_of(router.version):
        what = "the version is not the folder's"
        fix = f"write the version of {folder}"
        yield document.finding("E471", ("version",), message=what, fix=fix)
    for name, digest in router.files.items():
        if (found := sha256(files[name])) != digest:
            yield document.finding(
                "E471",
                ("files", name),
                message=f"{name} is another file",
                expected=digest,
                found=found,
                fix=_AGAIN,
            )
    yield from _labels(document, router)
    yield from router_model.findings(router, files, folder=folder)
    suite = snapshot.suite_at(f"schemas/suites/{router.suite}")
    if flaw := _unfit(suite, router):
        fix = "train the router on a suite of the registry, one whose part test has every label"
        yield document.finding("E473", ("suite",), message=flaw, fix=fix)
    elif isinstance(suite, Suite):
        items = [one for one in suite.parts[TEST_PART] if one.category in router.labels]
        path = f"{folder}/{EVIDENCE}"
        yield from router_evidence.findings(
            document, router, files[EVIDENCE], path=path, items=items
        )


def _labels(document: Document, router: Router) -> Iterator[Finding]:
    labels = {*router.labels}
    if router.thresholds.keys() != labels:
        what = "there is not one threshold for each label"
        yield document.finding("E472", ("thresholds",), message=what, fix=_AGAIN)
    if router.abstain_to not in labels:
        what = "abstain_to is none of the labels"
        yield document.finding("E472", ("abstain_to",), message=what, fix=_AGAIN)
    if not labels >= {*router.safety}:
        what = "a safety type is none of the labels"
        yield document.finding("E472", ("safety",), message=what, fix=_AGAIN)


def _unfit(suite: Suite | tuple[Finding, ...], router: Router) -> str:
    """Why a router cannot be judged on a suite; empty when it can."""
    if not isinstance(suite, Suite):
        return f"{router.suite} is not sound: {suite[0].message}"
    if suite.sha256 != router.suite_sha256:
        return f"{router.suite} is another suite than the router was judged on"
    tested = {item.category for item in suite.parts.get(TEST_PART, ())}
    if missing := sorted({*router.labels} - tested):
        return f"{router.suite} has no test items for {', '.join(missing)}"
    return ""
