"""`fedfuse init`, run as an organisation's first user runs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import fedfuse
from fedfuse import engine
from fedfuse.adapters import tool
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from fedfuse.flows.history import snapshots
from fedfuse.model import tool_lock
from fedfuse.model.document import Document
from fedfuse.model.tool_lock import PATH

TOP = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from fedfuse.cli.main import main; main()", "init")
NAMES = ("--namespace", "acme", "--repo", "acme/registry")
PEOPLE = ("--provider", "hf=alice:1", "--provider", "gcp=bob:2", "--provider", "aws=carol:3")
COMMIT = "5" * 40
_QUIET = {"PYTHONDONTWRITEBYTECODE": "1"}
"""What runs a copied tool leaves nothing in it."""
WORDS = (*NAMES, *PEOPLE, "--tool", f"tools/fedfuse@{COMMIT}")
VENDORED = (*NAMES, *PEOPLE, "--vendored")


def init(
    folder: Path, *words: str, environment: Mapping[str, str] = {}, code: str = COMMAND[2]
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with an empty home."""
    return subprocess.run(
        [COMMAND[0], COMMAND[1], code, COMMAND[3], *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **_QUIET, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def made(folder: Path, *words: str) -> Path:
    folder.mkdir()
    done = init(folder, "reg", *words)
    assert (done.returncode, done.stdout) == (0, "reg\n"), done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["reg"]
    return folder / "reg"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("init") / "a new place", *WORDS)


@pytest.fixture(scope="module")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("init") / "a new place", *VENDORED)


def files_of(root: Path) -> dict[str, int]:
    """The size of every file by its path."""
    found = (p for p in root.rglob("*") if p.is_file() and p.relative_to(root).parts[0] != ".git")
    return {p.relative_to(root).as_posix(): p.stat().st_size for p in found}


def test_the_registry_is_valid_and_belongs_to_the_organisation(registry: Path) -> None:
    assert validate(WorkTree(registry), paths=())[1] == ()
    made, own = (snapshots.of(WorkTree(root)).registry() for root in (registry, TOP))
    assert (made.namespace, made.release_name) == ("acme", "acme-ai-federated")
    assert (made.repository, made.hub) == ("acme/registry", "hf://acme/acme-ai-federated")
    assert [person.login for person in made.maintainers] == ["alice", "bob", "carol"]
    assert made.providers["gcp"].prefixes == ("gs://acme-models/",)
    assert (made.units, made.roles, made.fusion) == (own.units, own.roles, own.fusion)
    assert (made.slo, made.cadence, made.engine) == (own.slo, own.cadence, own.engine)


def test_a_vendored_registry_holds_the_tool_and_no_history(vendored: Path) -> None:
    package = Path("scripts/fedfuse")
    ours = {p.relative_to(TOP) for p in (TOP / package).rglob("*.py")}
    theirs = {p.relative_to(vendored) for p in (vendored / package).rglob("*.py")}
    assert theirs == ours
    assert not list(vendored.rglob("__pycache__"))
    assert not (vendored / PATH).exists()
    assert validate(WorkTree(vendored), paths=())[1] == ()


@pytest.mark.parametrize("kind", ["registry", "vendored"])
def test_a_registry_has_no_history_yet(kind: str, request: pytest.FixtureRequest) -> None:
    root: Path = request.getfixturevalue(kind)
    assert sorted(p.name for p in (root / "manifests").iterdir()) == ["README.md"]
    assert sorted(p.name for p in (root / "releases").iterdir()) == ["README.md", "checklist.yaml"]


def test_a_registry_is_data_of_at_most_60_files_and_500_kb_beside_the_suite(registry: Path) -> None:
    found = files_of(registry)
    beside = sum(size for path, size in found.items() if not path.startswith("schemas/suites/"))
    assert (len(found) <= 60, beside <= 500_000) == (True, True), (len(found), beside)
    assert not {"scripts", "tests", "pyproject.toml"} & {path.split("/")[0] for path in found}


def test_the_lock_pins_these_files_at_the_commit_that_was_said(registry: Path) -> None:
    document = snapshots.of(WorkTree(registry)).document(
        (registry / PATH).read_bytes(), PATH, kind="lock"
    )
    assert isinstance(document, Document)
    lock = tool_lock.from_document(document.value)
    assert (lock.repository, lock.commit) == ("tools/fedfuse", COMMIT)
    assert (lock.version, lock.digest) == (fedfuse.__version__, tool.digest())
    assert lock.engines == {1: engine.digest(1)}


def test_without_a_place_the_tool_is_pinned_at_its_own_commit(
    vendored: Path, tmp_path: Path
) -> None:
    code = f"import sys; sys.path.insert(0, {str(vendored / 'scripts')!r}); {COMMAND[2]}"
    done = init(tmp_path, "reg", *NAMES, *PEOPLE, code=code)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "reg" / PATH).read_text("utf-8")
    assert f'commit: "{git(vendored, "rev-parse", "HEAD")}"\n' in text
    assert "repository: acme/registry\n" in text


def test_a_tool_that_no_commit_holds_is_not_pinned(vendored: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(vendored, tmp_path / "changed")
    with (changed / "scripts/fedfuse/errors.py").open("a") as file:
        file.write("# mine\n")
    code = f"import sys; sys.path.insert(0, {str(changed / 'scripts')!r}); {COMMAND[2]}"
    done = init(tmp_path, "reg", *NAMES, *PEOPLE, code=code)
    assert (done.returncode, "no commit holds" in done.stderr) == (3, True), done.stderr
    assert "--tool" in done.stderr
    assert not (tmp_path / "reg").exists()


@pytest.mark.parametrize("kind", ["registry", "vendored"])
def test_the_registry_is_a_repository_with_one_commit_of_every_file(
    kind: str, request: pytest.FixtureRequest
) -> None:
    registry: Path = request.getfixturevalue(kind)
    assert git(registry, "rev-list", "--count", "main") == "1"
    assert git(registry, "status", "--porcelain", "--ignored") == ""
    assert sorted(git(registry, "ls-files").splitlines()) == sorted(files_of(registry))
    modes = {line.split("\t")[1]: line[:6] for line in git(registry, "ls-files", "-s").splitlines()}
    assert modes["registry.yaml"] == "100644"
    runs = {path for path, mode in modes.items() if mode == "100755"}
    assert {path for path in runs if kind == "registry"} == set()
    assert ("scripts/setup" in runs) == (kind == "vendored")


def test_without_a_git_identity_the_registrys_bot_commits(registry: Path) -> None:
    shown = git(registry, "log", "-1", "--format=%an <%ae>")
    assert shown == "acme-release <release@acme.invalid>"


def test_the_first_commit_is_the_users_and_obeys_no_ignore_rule_of_theirs(tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[user]\nname = Ada\nemail = ada@example.org\n")
    (tmp_path / ".config" / "git").mkdir(parents=True)
    (tmp_path / ".config" / "git" / "ignore").write_text("fedfuse.lock\n")
    (tmp_path / ".config" / "git" / "attributes").write_text("* text eol=crlf\n")
    done = init(tmp_path, "reg", *WORDS)
    assert done.returncode == 0, done.stderr
    assert git(tmp_path / "reg", "log", "-1", "--format=%an <%ae>") == "Ada <ada@example.org>"
    assert PATH in git(tmp_path / "reg", "ls-files").splitlines()
    stored = git(tmp_path / "reg", "show", "HEAD:LICENSE")
    assert stored == (TOP / "LICENSE").read_text().strip()


def test_what_is_said_replaces_what_would_follow(tmp_path: Path) -> None:
    done = init(
        tmp_path,
        *("reg", *WORDS, "--dry-run", "--release-name", "acme-fused", "--hub", "dir:../mirror"),
        *("--maintainer", "dora:4", "--prefix", "gcp=hf://acme-gcp/"),
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
    assert "release_name: acme-fused\n" in done.stdout
    assert 'hub: "dir:../mirror" #' in done.stdout
    assert "  - {login: dora, id: 4}\n" in done.stdout
    assert 'prefixes: ["hf://acme-gcp/"]\n' in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("reg", *NAMES, *WORDS[-2:]), 2, "--provider"),
        (("reg", *WORDS, "--provider", "azure=eve:4"), 2, "--prefix azure="),
        (("reg", *WORDS, "--provider", "registry=eve:4"), 2, "not registry"),
        (("reg", *WORDS, "--unit", "hf/a=textgen"), 2, "--unit gcp/NAME=ROLE"),
        (("reg", *WORDS, "--vendored"), 2, "leave one of them out"),
        (("reg", *NAMES, *PEOPLE, "--tool", "tools/fedfuse@main"), 2, "--tool"),
        (("reg", *WORDS, "--namespace", "Acme Inc"), 2, "--namespace"),
        (("full", *WORDS), 1, "not empty"),
        (("full/file", *WORDS), 1, "not empty"),
        (("full/file/reg", *WORDS), 3, "fix: name a folder"),
    ],
)
def test_a_request_that_does_not_fit_is_refused_and_leaves_nothing(
    tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    done = init(tmp_path, *words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "file"]


@pytest.mark.parametrize("words", [WORDS, VENDORED], ids=["registry", "vendored"])
def test_a_tool_that_was_copied_makes_the_next_registry_alike(
    words: tuple[str, ...], vendored: Path, registry: Path, tmp_path: Path
) -> None:
    code = f"import sys; sys.path.insert(0, {str(vendored / 'scripts')!r}); {COMMAND[2]}"
    done = init(tmp_path, "reg", *words, code=code)
    assert done.returncode == 0, done.stderr
    like = vendored if words is VENDORED else registry
    trees = [git(root, "rev-parse", "main^{tree}") for root in (like, tmp_path / "reg")]
    assert trees[0] == trees[1]


def test_a_tool_without_its_repository_says_where_to_run_init(tmp_path: Path) -> None:
    alone = tmp_path / "site-packages" / "fedfuse"
    alone.mkdir(parents=True)
    for path in Path(fedfuse.__file__).parent.rglob("*.py"):
        place = alone / path.relative_to(Path(fedfuse.__file__).parent)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
    code = f"import sys; sys.path.insert(0, {str(alone.parent)!r}); {COMMAND[2]}"
    done = init(tmp_path, "reg", *WORDS, code=code)
    assert (done.returncode, "install the wheel" in done.stderr) == (3, True), done.stderr
    assert not (tmp_path / "reg").exists()
