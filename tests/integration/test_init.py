"""`fedfuse init`, run as an organisation's first user runs it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import fedfuse
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from fedfuse.flows.reading import snapshots

TOP = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from fedfuse.cli.main import main; main()", "init")
WORDS = (
    *("--namespace", "acme", "--repo", "acme/registry"),
    *("--provider", "hf=alice:1", "--provider", "gcp=bob:2", "--provider", "aws=carol:3"),
)


def init(
    folder: Path, *words: str, environment: Mapping[str, str] = {}, code: str = COMMAND[2]
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with an empty home."""
    return subprocess.run(
        [COMMAND[0], COMMAND[1], code, COMMAND[3], *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
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


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("init") / "a new place"
    folder.mkdir()
    done = init(folder, "reg", *WORDS)
    assert (done.returncode, done.stdout) == (0, "reg\n"), done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["reg"]
    return folder / "reg"


def test_the_registry_is_valid_and_belongs_to_the_organisation(registry: Path) -> None:
    assert validate(WorkTree(registry), paths=())[1] == ()
    made, own = (snapshots.of(WorkTree(root)).registry() for root in (registry, TOP))
    assert (made.namespace, made.release_name) == ("acme", "acme-ai-federated")
    assert (made.repository, made.hub) == ("acme/registry", "hf://acme/acme-ai-federated")
    assert [person.login for person in made.maintainers] == ["alice", "bob", "carol"]
    assert made.providers["gcp"].prefixes == ("gs://acme-models/",)
    assert (made.units, made.roles, made.fusion) == (own.units, own.roles, own.fusion)
    assert (made.slo, made.cadence, made.engine) == (own.slo, own.cadence, own.engine)


def test_the_registry_holds_the_tool_and_no_history(registry: Path) -> None:
    package = Path("scripts/fedfuse")
    ours = {p.relative_to(TOP) for p in (TOP / package).rglob("*.py")}
    theirs = {p.relative_to(registry) for p in (registry / package).rglob("*.py")}
    assert theirs == ours
    assert sorted(p.name for p in (registry / "manifests").iterdir()) == ["README.md"]
    assert sorted(p.name for p in (registry / "releases").iterdir() if p.is_file()) == [
        "README.md",
        "checklist.yaml",
    ]
    assert not list(registry.rglob("__pycache__"))
    assert not list((registry / "releases").rglob("*.json"))


def test_the_registry_is_a_repository_with_one_commit_of_every_file(registry: Path) -> None:
    assert git(registry, "rev-list", "--count", "main") == "1"
    assert git(registry, "status", "--porcelain", "--ignored") == ""
    tracked = git(registry, "ls-files").splitlines()
    files = (p.relative_to(registry) for p in registry.rglob("*") if p.is_file())
    assert sorted(tracked) == sorted(p.as_posix() for p in files if p.parts[0] != ".git")
    modes = {line.split("\t")[1]: line[:6] for line in git(registry, "ls-files", "-s").splitlines()}
    assert modes["scripts/setup"] == "100755"
    assert modes["registry.yaml"] == "100644"


def test_without_a_git_identity_the_registrys_bot_commits(registry: Path) -> None:
    shown = git(registry, "log", "-1", "--format=%an <%ae>")
    assert shown == "acme-release <release@acme.invalid>"


def test_the_first_commit_is_the_users_and_obeys_no_ignore_rule_of_theirs(tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[user]\nname = Ada\nemail = ada@example.org\n")
    (tmp_path / ".config" / "git").mkdir(parents=True)
    (tmp_path / ".config" / "git" / "ignore").write_text("*.lock\n")
    (tmp_path / ".config" / "git" / "attributes").write_text("* text eol=crlf\n")
    done = init(tmp_path, "reg", *WORDS)
    assert done.returncode == 0, done.stderr
    assert git(tmp_path / "reg", "log", "-1", "--format=%an <%ae>") == "Ada <ada@example.org>"
    assert "requirements.lock" in git(tmp_path / "reg", "ls-files").splitlines()
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
        (("reg", *WORDS[:-2]), 2, "--provider"),
        (("reg", *WORDS, "--provider", "azure=eve:4"), 2, "azure"),
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


def test_a_registry_that_was_made_makes_the_next_one_alike(registry: Path, tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(registry / 'scripts')!r}); {COMMAND[2]}"
    done = init(tmp_path, "reg", *WORDS, code=code)
    assert done.returncode == 0, done.stderr
    trees = [git(root, "rev-parse", "main^{tree}") for root in (registry, tmp_path / "reg")]
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
    assert (done.returncode, "clone a registry" in done.stderr) == (3, True), done.stderr
    assert not (tmp_path / "reg").exists()
