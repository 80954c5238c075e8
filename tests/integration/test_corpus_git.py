"""Changes that are bad by their shape: trees that git add would not make, files that go away."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fedfuse.report import pull_request
from tests.support.changes import Case, check, commit_files, released_registry, said
from tests.support.git_repositories import Sandbox
from tests.support.registry import RegistrySandbox
from tests.unit.report.hostile import Rendered

UNIT = "manifests/hf/textgen-lora"
MANIFEST, EVIDENCE = f"{UNIT}/v2.yaml", f"{UNIT}/v2.evidence.csv"
TAG = "acme-ai-federated-v1.0.0"
PLAIN, EXECUTABLE, LINK, SUBMODULE = "100644", "100755", "120000", "160000"
Entry = tuple[str, str]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    return released_registry(tmp_path_factory.mktemp("git") / "registry")


@pytest.fixture(scope="module")
def good(registry: RegistrySandbox) -> dict[str, bytes]:
    return Case({}).files(registry.root / "artifacts")


def by_hand(box: Sandbox, good: Mapping[str, bytes], entries: Mapping[str, Entry]) -> str:
    """A commit that adds a good shipment and entries of any name and mode."""
    shipment = {path: (PLAIN, content.decode()) for path, content in good.items()}
    return box.commit_tree({**shipment, **entries}, parent=box.git("rev-parse", "main"))


def test_a_good_tree_made_by_hand_passes(registry: RegistrySandbox, good: dict[str, bytes]) -> None:
    assert said(check(registry, by_hand(registry, good, {}))) == []


BESIDE_A_SHIPMENT: Mapping[str, tuple[dict[str, Entry], list[str]]] = {
    "a manifest that is a link": ({MANIFEST: (LINK, "/etc/passwd")}, [f"E205 {MANIFEST}"]),
    "evidence that is a link": (
        {EVIDENCE: (LINK, "/etc/passwd")},
        [f"E205 {EVIDENCE}", f"E410 {MANIFEST}:24:11"],
    ),
    "a manifest that is a submodule": ({MANIFEST: (SUBMODULE, "a" * 40)}, [f"E205 {MANIFEST}"]),
    "a submodule": ({f"{UNIT}/sub": (SUBMODULE, "a" * 40)}, [f"E208 {UNIT}/sub"]),
    "attributes": (
        {f"{UNIT}/.gitattributes": (PLAIN, "*.yaml filter=evil")},
        [f"E213 {UNIT}/.gitattributes"],
    ),
    "an upper folder": (
        {"manifests/hf/../gcp/embedder/v2.yaml": (PLAIN, "x")},
        ["E213 manifests/hf/../gcp/embedder/v2.yaml"],
    ),
    "a name in capitals": (
        {f"{UNIT}/V2.yaml": (PLAIN, "x")},
        [f"E204 {UNIT}/V2.yaml", f"E212 {MANIFEST}"],
    ),
    "a line end in a name": (
        {f"{UNIT}/v3\n| PASS |.yaml": (PLAIN, "x")},
        [f"E204 {UNIT}/v3\\n| PASS |.yaml"],
    ),
    "a workflow command as a name": (
        {f"{UNIT}/::stop-commands::t": (PLAIN, "x")},
        [f"E204 {UNIT}/::stop-commands::t"],
    ),
    "an option as a name": (
        {f"{UNIT}/--output=x.yaml": (PLAIN, "x")},
        [f"E204 {UNIT}/--output=x.yaml"],
    ),
    "a folder with a manifest's name": (
        {f"{UNIT}/v3.yaml/x": (PLAIN, "x")},
        [f"E208 {UNIT}/v3.yaml/x"],
    ),
    "a workflow": (
        {".github/workflows/check.yml": (PLAIN, "on: push")},
        ["E202 .github/workflows/check.yml"],
    ),
    "a policy": ({"registry.yaml": (PLAIN, "engine: 1")}, ["E202 registry.yaml"]),
    "a record": ({f"releases/{TAG}.json": (PLAIN, "{}")}, [f"E202 releases/{TAG}.json"]),
    "a repository": (
        {
            "manifests/hf/evil/HEAD": (PLAIN, "ref: refs/heads/main\n"),
            "manifests/hf/evil/config": (PLAIN, "[core]\n\tfsmonitor = touch owned\n"),
            "manifests/hf/evil/objects/x": (PLAIN, ""),
            "manifests/hf/evil/refs/x": (PLAIN, ""),
        },
        [
            "E204 manifests/hf/evil/HEAD",
            "E208 manifests/hf/evil/config",
            "E208 manifests/hf/evil/objects/x",
            "E208 manifests/hf/evil/refs/x",
        ],
    ),
}
ALONE: Mapping[str, tuple[dict[str, Entry], list[str]]] = {
    "a link": ({"scripts/x": (LINK, "/etc/passwd")}, ["E205 scripts/x"]),
    "a submodule": ({"vendor/x": (SUBMODULE, "a" * 40)}, ["E205 vendor/x"]),
    "attributes": ({".gitattributes": (PLAIN, "* -text")}, ["E213 .gitattributes"]),
    "a hook": ({".git/hooks/post-checkout": (EXECUTABLE, "x")}, ["E213 .git/hooks/post-checkout"]),
    "git in capitals": ({"scripts/.GIT/config": (PLAIN, "x")}, ["E213 scripts/.GIT/config"]),
    "the folder above": ({"../x/y": (PLAIN, "x")}, ["E213 ../x/y"]),
    "the folder itself": ({"./x": (PLAIN, "x")}, ["E213 ./x"]),
    "an option": ({"--output=x.yaml": (PLAIN, "x")}, ["E204 --output=x.yaml"]),
    "a line end": ({"scripts/a\nb": (PLAIN, "x")}, ["E204 scripts/a\\nb"]),
    "a backslash": ({"scripts\\x": (PLAIN, "x")}, ["E204 scripts\\\\x"]),
    "bytes that are no text": ({"scripts/\udcff": (PLAIN, "x")}, ["E204 scripts/\\udcff"]),
    "one name in two cases": (
        {"scripts/A.yaml": (PLAIN, "x"), "scripts/a.yaml": (PLAIN, "x")},
        ["E212 scripts/a.yaml"],
    ),
    "a name that main has in another case": (
        {"REGISTRY.yaml": (PLAIN, "x")},
        ["E212 REGISTRY.yaml"],
    ),
    "a record written by hand": (
        {"releases/acme-ai-federated-v1.0.1.json": (PLAIN, "{}")},
        ["E215 releases/acme-ai-federated-v1.0.1.json"],
    ),
}


@pytest.mark.parametrize("name", BESIDE_A_SHIPMENT)
def test_a_good_shipment_with_something_beside_it_is_refused(
    registry: RegistrySandbox, good: dict[str, bytes], name: str
) -> None:
    entries, expected = BESIDE_A_SHIPMENT[name]
    report = check(registry, by_hand(registry, good, entries))
    assert (said(report), report.exit_code) == (expected, 1)
    Rendered.of(pull_request.comment(report)).assert_inert()


@pytest.mark.parametrize("name", ALONE)
def test_a_tool_change_with_an_illegal_path_is_refused(
    registry: RegistrySandbox, name: str
) -> None:
    entries, expected = ALONE[name]
    report = check(registry, by_hand(registry, {}, entries))
    assert (said(report), report.exit_code) == (expected, 1)
    Rendered.of(pull_request.comment(report)).assert_inert()


def test_an_executable_manifest_is_refused_and_judged_all_the_same(
    registry: RegistrySandbox, good: dict[str, bytes]
) -> None:
    entries = {MANIFEST: (EXECUTABLE, good[MANIFEST].decode().replace("hf-bot", "'@hf-bot'"))}
    found = said(check(registry, by_hand(registry, good, entries)))
    assert found == [f"E205 {MANIFEST}", f"E304 {MANIFEST}:38:23"]


def test_a_tree_that_holds_a_path_twice_is_refused(
    registry: RegistrySandbox, good: dict[str, bytes]
) -> None:
    """Git reads the first, a checkout keeps the last."""
    head = commit_files(registry, good, parent="main")
    trees = [f"{head}:{folder}" for folder in ("", "manifests", "manifests/hf", UNIT)]
    names = ("manifests", "hf", "textgen-lora", "v2.yaml")
    oid = registry.git("hash-object", "-w", "--stdin", stdin=b"another: manifest\n")
    line = f"100644 blob {oid}\tv2.yaml"
    for tree, name in zip(reversed(trees), reversed(names), strict=True):
        kept = [
            entry
            for entry in registry.git("ls-tree", tree).splitlines()
            if name == "v2.yaml" or entry.split("\t")[1] != name
        ]
        raw = b"".join(_raw_entry(entry) for entry in sorted([*kept, line], key=_name_and_first))
        oid = registry.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
        line = f"040000 tree {oid}\t{names[names.index(name) - 1]}"
    twice = registry.git("commit-tree", oid, "-p", "main", "-m", "twice")
    assert said(check(registry, twice)) == [f"E216 {UNIT}"]


def _name_and_first(entry: str) -> tuple[str, bool]:
    """Git's order, the good manifest before the other one."""
    name = entry.split("\t")[1]
    return (f"{name}/" if " tree " in entry else name, "another" in entry)


def _raw_entry(entry: str) -> bytes:
    meta, name = entry.split("\t")
    mode, _, oid = meta.split()
    return f"{mode.lstrip('0')} {name}\0".encode() + bytes.fromhex(oid)


def test_shipments_of_two_providers_in_one_change_are_refused(registry: RegistrySandbox) -> None:
    artifacts = registry.root / "artifacts"
    other = Case({"ship": {"unit": "gcp/embedder", "version": 2, "quality": 0.95}})
    files = {**Case({}).files(artifacts), **other.files(artifacts)}
    found = said(check(registry, commit_files(registry, files, parent="main")))
    assert found == [f"E203 {EVIDENCE}", f"E203 {MANIFEST}"]


def test_3001_files_are_refused_before_any_is_read(registry: RegistrySandbox) -> None:
    files = {f"manifests/hf/unit-{n}/v1.yaml": b"[" for n in range(3001)}
    report = check(registry, commit_files(registry, files, parent="main"))
    assert [finding.code for finding in report.findings] == ["E209"]


def test_13_manifests_are_refused_before_any_is_read(registry: RegistrySandbox) -> None:
    files = {f"manifests/hf/unit-{n}/v1.yaml": b"[" for n in range(13)}
    report = check(registry, commit_files(registry, files, parent="main"))
    assert [finding.code for finding in report.findings] == ["E209"]


def test_a_change_of_3000_bad_files_still_fits_into_a_comment(registry: RegistrySandbox) -> None:
    files = {f"manifests/hf/unit-{n}/v1.evidence.csv": b"[" for n in range(3000)}
    report = check(registry, commit_files(registry, files, parent="main"))
    assert {finding.code for finding in report.findings} == {"E416"}
    assert len(report.findings) == 3000
    assert len(pull_request.comment(report)) < 65_536


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("rm", "-q", f"{UNIT}/v1.yaml"), [f"E207 {UNIT}/v1.yaml"]),
        (("update-index", "--chmod=+x", f"{UNIT}/v1.yaml"), [f"E206 {UNIT}/v1.yaml"]),
        (
            ("mv", f"{UNIT}/v1.yaml", MANIFEST),
            [
                f"E207 {UNIT}/v1.yaml",
                f"E320 {MANIFEST}:5:10",
                f"E320 {MANIFEST}:6:5",
                f"E432 {MANIFEST}:14:5",
                f"E410 {MANIFEST}:24:11",
            ],
        ),
    ],
    ids=["removed", "executable", "renamed"],
)
def test_what_is_on_main_never_changes(
    registry: RegistrySandbox, tmp_path: Path, command: tuple[str, ...], expected: list[str]
) -> None:
    work = Sandbox.clone(registry.root, tmp_path / "work")
    work.git(*command)
    work.git("commit", "-q", "-m", "change")
    registry.git("fetch", "-q", str(work.root), "HEAD")
    report = check(registry, work.head())
    assert (said(report), report.exit_code) == (expected, 1)
