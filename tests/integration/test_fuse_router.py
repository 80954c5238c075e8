"""A router is trained, judged, released and asked, with a tiny embedding and real libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

from fedfuse.adapters.trained_router import load
from fedfuse.errors import FedfuseError
from fedfuse.model.router import FILES
from fedfuse.model.yaml_text import render
from fedfuse.node.node import Decision, Node
from fedfuse_demo.hub.server import TOKEN, LoopbackHub
from tests.support import router_folder, tiny_embedding
from tests.support.changes import released_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.git_repositories import START
from tests.support.hub_artifacts import uploaded
from tests.support.registry import RegistrySandbox, policy

ROUTES = {
    "chat": {"role": "textgen", "contract": 1},
    "search": {"role": "embed", "contract": 1},
    "serve": {"role": "runtime", "contract": 1},
}
TEXTS = ("chat search serve train calibration test", *map(str, range(20)))
FOLDER = "releases/routers/v1"


def fuse(root: Path, embedding: Path, *options: str) -> Done:
    named = ("--source", "acme/tiny", "--license", "apache-2.0", "--safety", "serve")
    return fedfuse(root, "fuse", "router", "--embedding", str(embedding), *named, *options)


@pytest.fixture(scope="module")
def embedding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_embedding.write(tmp_path_factory.mktemp("embedding"), TEXTS)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, embedding: Path) -> RegistrySandbox:
    """A registry with a router that was trained and released."""
    box = released_registry(tmp_path_factory.mktemp("fused") / "registry")
    box.commit("suite", {**router_folder.suite()})
    assert fuse(box.root, embedding, "--quiet").code == 0
    fusion = {"routes": ROUTES, "router": {"kind": "linear", "version": 1}}
    box.commit("router", {"registry.yaml": render(policy(fusion=fusion))})
    assert fedfuse(box.root, "release", "--no-mirror", "--quiet", "--ref", "main").code == 0
    return box


def test_a_router_folder_holds_its_six_files_and_no_place_of_the_machine(
    registry: RegistrySandbox,
) -> None:
    folder = registry.root / FOLDER
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert b"/srv/me" not in b"".join(path.read_bytes() for path in folder.iterdir())
    assert fedfuse(registry.root, "validate", FOLDER).code == 0


def test_the_same_suite_and_embedding_give_the_same_router(
    registry: RegistrySandbox, embedding: Path, tmp_path: Path
) -> None:
    other = RegistrySandbox.create(tmp_path / "other")
    other.commit("suite", {**router_folder.suite()})
    assert fuse(other.root, embedding).code == 0
    for name in FILES:
        here, there = (root / FOLDER / name for root in (registry.root, other.root))
        assert here.read_bytes() == there.read_bytes(), name


def test_a_dry_run_writes_no_router(registry: RegistrySandbox, embedding: Path) -> None:
    done = fuse(registry.root, embedding, "--dry-run", "--format", "json")
    assert (done.code, done.json()["folder"]) == (0, "releases/routers/v2")
    assert not (registry.root / "releases/routers/v2").exists()


def test_a_router_that_the_registry_would_refuse_is_not_written(
    registry: RegistrySandbox, tmp_path: Path
) -> None:
    blind = tiny_embedding.write(tmp_path / "blind", ("nothing",))
    done = fuse(registry.root, blind)
    assert (done.code, "E478" in done.out) == (1, True)
    assert not (registry.root / "releases/routers/v2").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--suite", "canonical/v1"), "no part train"),
        (("--suite", "nowhere/v1"), "suite.yaml"),
        (("--suite", "../v1"), "suite.yaml"),
        (("--type", "chat", "--type", "poem"), "no items of type poem"),
        (("--type", "chat"), "two types or more"),
        (("--abstain-to", "poem"), "none of the types"),
    ],
)
def test_a_recipe_that_does_not_fit_is_one_error(
    registry: RegistrySandbox, embedding: Path, options: tuple[str, ...], words: str
) -> None:
    done = fuse(registry.root, embedding, *options)
    assert done.is_error(2)
    assert words in done.err


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_an_embedding_with_a_broken_file_is_one_error(
    registry: RegistrySandbox, tmp_path: Path, name: str
) -> None:
    broken = tiny_embedding.write(tmp_path / "broken", TEXTS)
    (broken / name).write_bytes(b"\x80\x04.")
    assert fuse(registry.root, broken).code in {2, 3}
    (broken / name).unlink()
    assert fuse(registry.root, broken).is_error(2)


def test_vectors_that_do_not_fit_the_tokenizer_are_one_error(
    registry: RegistrySandbox, tmp_path: Path
) -> None:
    few = tiny_embedding.write(tmp_path / "few", ("chat",))
    many = tiny_embedding.write(tmp_path / "many", TEXTS)
    (few / "tokenizer.json").write_bytes((many / "tokenizer.json").read_bytes())
    done = fuse(registry.root, few)
    assert done.is_error(3)
    assert "a token of the tokenizer has no row" in done.err
    weights = ("F16", [3], b"\x00\x7e" * 3)  # not a number
    nan = router_folder.embedding(3) | {"weights": weights}
    (few / "model.safetensors").write_bytes(router_folder.safetensors(nan))
    (few / "tokenizer.json").write_bytes(router_folder.tokenizer(("[PAD]", "[UNK]", "chat")))
    assert "not finite" in fuse(registry.root, few).err


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
def test_vectors_come_from_the_hub_at_a_commit(
    registry: RegistrySandbox,
    embedding: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {path.name: path.read_bytes() for path in embedding.iterdir()}
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    words = ("fuse", "router", "--license", "mit", "--safety", "serve", "--embedding")
    dry = ("--dry-run", "--format", "json")
    with LoopbackHub(tmp_path / "hub", clock=lambda: START) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        commit = uploaded(hub, "acme/vectors", files)
        made = fedfuse(registry.root, *words, f"hf://acme/vectors@{commit}", *dry)
        gone = fedfuse(registry.root, *words, f"hf://acme/nothing@{commit}", *dry)
    assert made.json()["router"]["macro_f1"] == 1.0
    assert gone.code == 3
    branch = fedfuse(registry.root, *words, "hf://acme/vectors@main")
    assert branch.is_error(2)
    assert fedfuse(registry.root, *words, str(embedding)).is_error(2)


def test_a_release_says_where_a_prompt_goes(registry: RegistrySandbox) -> None:
    done = fedfuse(registry.root, "route", "search test 4", "--format", "json")
    said = done.json()
    assert (said["release"], said["router"]) == ("acme-ai-federated-v1.1.0", "linear v1")
    assert (said["prompt_type"], said["target"]) == ("search", "gcp/embedder@v1")
    assert said["choice"]["scores"].keys() == ROUTES.keys()
    shown = fedfuse(registry.root, "route", "search test 4", "--explain").out
    for words in ("search", "calibration of routing/v1", "gcp/embedder@v1", "serve"):
        assert words in shown


def test_a_safety_type_hides_in_no_filler(registry: RegistrySandbox) -> None:
    filler = "chat train 1. " * 40
    for text in ("serve test 5", f"{filler}serve test 5. {filler}", "s\u200berve test 5"):
        said = fedfuse(registry.root, "route", text, "--format", "json").json()
        assert said["prompt_type"] == "serve"


def test_a_caller_names_a_type_and_a_static_release_says_that_it_must(
    registry: RegistrySandbox,
) -> None:
    first = ("--release", "acme-ai-federated-v1.0.0")
    static = fedfuse(registry.root, "route", "hello", *first)
    assert (static.code, "the router is static" in static.out) == (0, True)
    named = fedfuse(registry.root, "route", "hello", "--type", "chat", *first)
    assert "hf/textgen-lora@v1" in named.out
    unknown = fedfuse(registry.root, "route", "hello", "--type", "poem")
    assert unknown.is_error(2)
    assert fedfuse(registry.root, "route", "hello", "--release", "v9").is_error(2)


def test_a_pulled_release_routes_without_the_registry(
    registry: RegistrySandbox, tmp_path: Path
) -> None:
    tag = "acme-ai-federated-v1.1.0"
    assert fedfuse(registry.root, "pull", tag, "--from", "git", "--to", str(tmp_path)).code == 0
    words = ("route", "chat test 3", "--release", str(tmp_path / tag))
    assert "hf/textgen-lora@v1" in fedfuse(tmp_path, *words).out
    for text, unit in (("chat test 3", "hf/textgen-lora"), ("serve 3", "aws/runtime-distilled")):
        messages = [{"role": "user", "content": text}]
        decision = Node.load(tmp_path / tag).decide({"messages": messages})
        assert isinstance(decision, Decision)
        assert decision.route.targets[0].unit == unit
    head = tmp_path / tag / FOLDER / "head.safetensors"
    head.chmod(0o644)
    head.write_bytes(head.read_bytes()[:-1] + b"x")
    spoiled = fedfuse(tmp_path, *words)
    assert spoiled.is_error(1)
    assert "its files are not those that were pulled" in spoiled.err


def test_a_file_that_the_router_does_not_name_is_one_error(
    registry: RegistrySandbox, tmp_path: Path
) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((registry.root / FOLDER / name).read_bytes())
    head = tmp_path / "head.safetensors"
    head.write_bytes(head.read_bytes()[:-1] + b"x")
    with pytest.raises(FedfuseError, match=r"is not the file that router\.json names"):
        load(tmp_path)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"files": 1}', b"\x80\x04."])
def test_a_folder_that_is_no_router_is_one_error(
    registry: RegistrySandbox, tmp_path: Path, data: bytes
) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((registry.root / FOLDER / name).read_bytes())
    (tmp_path / "router.json").write_bytes(data)
    with pytest.raises(FedfuseError, match="describes no router"):
        load(tmp_path)
    with pytest.raises(FedfuseError, match="has no config"):
        load(tmp_path / "nowhere")


def test_a_text_of_any_length_is_routed(registry: RegistrySandbox) -> None:
    trained = load(registry.root / FOLDER)
    for text in ("", " ", "\n", "\ud800", "zebra", "chat train 1 " * 20_000):
        assert trained.route(text).prompt_type in ROUTES
    long = "chat train 1 " * 9_000 + "\nserve test 5"
    assert trained.route(long).prompt_type == "serve"


def test_without_the_extra_the_error_names_it(registry: RegistrySandbox) -> None:
    program = (
        "import sys; sys.modules['tokenizers'] = None\nfrom fedfuse.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "route", "hello"],
        cwd=registry.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "fix: pip install 'fedfuse[router]'" in done.stderr.splitlines()
