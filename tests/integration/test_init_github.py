"""What `fedfuse init` and `fedfuse app` write for GitHub: pages, rulesets, workflows, one App."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fedfuse import __version__
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry.init import make
from fedfuse.flows.registry.organisation import parse
from fedfuse.model.registry import Person
from fedfuse.model.ruleset import required_check
from tests.support.cli_runner import fedfuse
from tests.support.registry import TOOL

NOBODY = "9000000"
"""How every id that belongs to nobody begins."""
APP = "acme-release:9001:5001"
TOOL_AT = ("acme-tools/fedfuse", "5" * 40)


def acme(root: Path, app: str = "", *, vendored: bool = False) -> Path:
    shippers = ("hf=alice:1", "gcp=bob:2", "aws=carol:3")
    owner = parse(namespace="acme", repository="acme/registry", providers=shippers, app=app)
    make(root, owner, tool_at=None if vendored else TOOL_AT, vendored=vendored)
    return root


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acme(tmp_path_factory.mktemp("init") / "reg")


@pytest.fixture(scope="module")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acme(tmp_path_factory.mktemp("init") / "reg", vendored=True)


@pytest.fixture(scope="module")
def with_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acme(tmp_path_factory.mktemp("init") / "reg", APP)


def names_of(root: Path) -> set[str]:
    """Every name and number by which a registry is known, lower case."""
    own = snapshots.of(WorkTree(root)).registry()
    people = {*own.maintainers, *(p for one in own.providers.values() for p in one.actors)}
    names = {own.namespace, own.release_name, own.hub, *own.repository.split("/")}
    return {*names, *(p.login.lower() for p in people), *(str(p.id) for p in people), NOBODY}


def texts(root: Path) -> Iterator[tuple[str, str]]:
    for path in root.rglob("*"):
        if path.is_file() and ".git" not in path.relative_to(root).parts:
            yield path.relative_to(root).as_posix(), path.read_text("utf-8", "replace").lower()


def test_the_registry_names_nobody_but_the_organisation(
    registry: Path, vendored: Path, with_app: Path
) -> None:
    ours = names_of(TOOL)
    for made in (registry, vendored, with_app):
        assert not names_of(made) & (ours - {NOBODY})
        assert [(path, name) for path, text in texts(made) for name in ours if name in text] == []


def test_the_pages_for_people_are_about_the_organisation(registry: Path) -> None:
    def page(name: str) -> str:
        return (registry / ".github" / name).read_text("utf-8")

    assert "https://github.com/acme/registry/security/advisories/new" in page("SECURITY.md")
    assert "git clone https://github.com/acme/registry\n" in page("CONTRIBUTING.md")
    assert "`acme/textgen-lora-v<n>`" in page("CONTRIBUTING.md")
    assert "manifests/gcp/ (embedder, retrieval-eval, dataset-quality)" in page(
        "PULL_REQUEST_TEMPLATE.md"
    )
    assert "/manifests/gcp/ @bob @alice @carol\n" in page("CODEOWNERS")
    assert "fedfuse doctor --github acme/registry" in page("rulesets/README.md")


def rulesets(root: Path) -> dict[str, Any]:
    files = (root / ".github/rulesets").glob("*.json")
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


def test_without_an_app_the_rulesets_wait_for_actions_and_can_be_applied(registry: Path) -> None:
    made = rulesets(registry)
    assert set(made) == {"main-review", "main-verdict", "tags-immutable"}
    check = required_check(made["main-verdict"], "fedfuse/verdict")
    assert check == {"context": "fedfuse/verdict", "integration_id": 15368}
    assert not any(one["bypass_actors"] for one in made.values())
    covered = made["tags-immutable"]["conditions"]["ref_name"]["include"]
    assert covered == ["refs/tags/acme-ai-federated-v*"]
    assert snapshots.of(WorkTree(registry)).registry().app is None


def test_with_an_app_rulesets_and_registry_name_it(with_app: Path) -> None:
    made = rulesets(with_app)
    bypassed = {
        name: [(one["actor_id"], one["bypass_mode"]) for one in ruleset["bypass_actors"]]
        for name, ruleset in made.items()
    }
    assert bypassed == {
        "main-review": [(9001, "pull_request")],
        "main-verdict": [],
        "tags-create": [(9001, "always")],
        "tags-immutable": [],
    }
    assert required_check(made["main-verdict"], "fedfuse/verdict") == {
        "context": "fedfuse/verdict",
        "integration_id": 9001,
    }
    assert snapshots.of(WorkTree(with_app)).registry().app == Person("acme-release[bot]", 5001)
    assert validate(WorkTree(with_app), paths=())[1] == ()


def test_an_app_named_later_makes_the_same_registry_and_a_second_time_nothing(
    registry: Path, with_app: Path, tmp_path: Path
) -> None:
    later = shutil.copytree(registry, tmp_path / "reg")
    before = dict(texts(later))
    rehearsed = fedfuse(later, "app", APP, "--dry-run")
    assert dict(texts(later)) == before
    named = fedfuse(later, "app", APP)
    assert (named.code, named.out) == (0, rehearsed.out), named.err
    assert dict(texts(later)) == dict(texts(with_app))
    assert named.out.split() == [
        *(f".github/rulesets/{name}.json" for name in ("main-review", "main-verdict")),
        *(".github/rulesets/tags-create.json", "registry.yaml"),
    ]
    assert "gh variable set FEDFUSE_APP_ID --env release --body 9001\n" in named.err
    again = fedfuse(later, "app", APP, "--quiet")
    assert (again.code, again.out, again.err) == (0, "", "")


def test_another_app_takes_the_place_of_the_first(with_app: Path, tmp_path: Path) -> None:
    root = shutil.copytree(with_app, tmp_path / "reg")
    assert fedfuse(root, "app", "acme-robot:9002:5002").code == 0
    assert snapshots.of(WorkTree(root)).registry().app == Person("acme-robot[bot]", 5002)
    assert not [path for path, text in texts(root / ".github") if "9001" in text]


@pytest.mark.parametrize("broken", ["registry.yaml", ".github/rulesets/main-verdict.json"])
def test_a_registry_with_a_broken_file_gets_no_app(
    registry: Path, tmp_path: Path, broken: str
) -> None:
    root = shutil.copytree(registry, tmp_path / "reg")
    (root / broken).write_text("no such thing\n")
    before = dict(texts(root))
    refused = fedfuse(root, "app", APP)
    assert (refused.code, broken in refused.err, "fix: " in refused.err) == (3, True, True)
    assert dict(texts(root)) == before


WORKFLOWS = ("audit", "cadence", "check", "evaluate", "release", "slo")
CALL = re.compile(r"uses: (\S*\.github/actions/)([a-z]+)(.*)$", re.MULTILINE)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_differs_from_the_tools_own_only_in_the_place_of_the_tool(
    registry: Path, vendored: Path, workflow: str
) -> None:
    path = f".github/workflows/{workflow}.yml"
    own, thin = ((root / path).read_text("utf-8") for root in (TOOL, registry))
    assert (vendored / path).read_text("utf-8") == own
    called = f"{TOOL_AT[0]}/.github/actions/", f"@{TOOL_AT[1]} # v{__version__}"
    assert {(m[1], m[3]) for m in CALL.finditer(thin)} == {called}
    assert CALL.sub(r"uses: \2", thin) == CALL.sub(r"uses: \2", own)
    assert not re.search(r"(?:scripts|\.ci|\.venv)/", CALL.sub("", thin)), "no file of the tool"


def test_dependabot_leaves_the_tool_to_its_lock(registry: Path) -> None:
    text = (registry / ".github/dependabot.yml").read_text("utf-8")
    assert f'dependency-name: "{TOOL_AT[0]}*"' in text
    assert "pip" not in text


FILES = tuple(f".github/workflows/{name}.yml" for name in WORKFLOWS)
LINTERS = (
    ("zizmor", "--offline", "--persona", "pedantic", "--quiet", ".github"),
    ("act", "--validate", "--strict", "--workflows", ".github/workflows"),
    ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *FILES),
    ("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"),
)
OWN_TESTS = ("python", "-m", "pytest", "-p", "no:benchmark", "tests")
CASES = [
    *(("registry", words) for words in LINTERS),
    *(("vendored", words) for words in (*LINTERS, OWN_TESTS)),
]


@pytest.mark.parametrize(("kind", "words"), CASES, ids=[f"{k} {w[0]} {w[2]}" for k, w in CASES])
def test_the_registrys_workflows_and_own_tests_are_in_order(
    kind: str, words: tuple[str, ...], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    root = shutil.copytree(request.getfixturevalue(kind), tmp_path / "reg")
    linter = Path(sys.executable).parent / words[0]
    done = subprocess.run(
        [linter, *words[1:]],
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
