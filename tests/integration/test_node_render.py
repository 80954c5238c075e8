"""What `fedfuse node render` writes for other engines, and what it refuses to write."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.adapters import endpoints_file
from fedfuse.adapters.yaml_blocks import written
from fedfuse.node.rendering.kubernetes import dns_name
from fedfuse.node.serving import DRAIN_SECONDS
from tests.support.cli_runner import fedfuse
from tests.support.node_release import TAG, endpoints, land, model_id, release
from tests.support.rendered import IMAGE, container, documents, kubernetes

MODELS = "https://models.example.com/v1"
CONFIG = {
    "prompt.json": '{"system": "Sé breve. {rules}", "user": "{prompt}", "examples": []}'.encode(),
    "decoding.json": b'{"max_tokens": 16, "temperature": 0.5}\n\n',
}
TOKEN = {"url": "https://other.example.com", "token": {"env": "OTHER_TOKEN"}}


@pytest.fixture
def pulled(tmp_path: Path) -> Path:
    """A folder as `fedfuse pull` leaves it."""
    land(tmp_path, release())
    endpoints(tmp_path, MODELS)
    return tmp_path


def write_endpoints(root: Path, *servers: Any, **more: Any) -> None:
    """An endpoints.yaml, with a comment that nobody else should read."""
    document = {"apiVersion": "fedfuse/v1", "kind": "Endpoints", "endpoints": servers, **more}
    (root / "endpoints.yaml").write_text(f"# hunter2\n{json.dumps(document)}\n")


def test_pods_get_the_same_endpoints_without_comments_and_tokens_from_the_secret(
    pulled: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    serves = {model_id("hf/textgen"): "1e3"}
    write_endpoints(pulled, {"url": MODELS, "serves": serves, "timeout_seconds": 9}, TOKEN)
    done = kubernetes(pulled)
    assert (done.code, done.err, "hunter2" in done.out) == (0, "", False)
    made = documents(done.out)
    copy = tmp_path_factory.mktemp("mounted") / "endpoints.yaml"
    copy.write_text(made["ConfigMap"]["data"]["endpoints.yaml"])
    assert endpoints_file.read(copy) == endpoints_file.read(pulled / "endpoints.yaml")
    env = {one["name"]: one.get("valueFrom") for one in container(made)["env"]}
    ref = {"name": "acme-ai-federated-keys", "key": "OTHER_TOKEN"}
    assert env["OTHER_TOKEN"] == {"secretKeyRef": ref}
    assert "--from-file=FEDFUSE_NODE_KEY=FILE --from-file=OTHER_TOKEN=FILE" in done.out
    assert "Secret" not in made


def test_a_pod_is_nobody_cannot_write_and_has_time_to_drain(pulled: Path) -> None:
    made = documents(kubernetes(pulled).out)
    pod, only = made["Deployment"]["spec"]["template"]["spec"], container(made)
    assert pod["securityContext"]["runAsNonRoot"]
    assert only["securityContext"]["readOnlyRootFilesystem"]
    assert {"cpu", "memory"} == set(only["resources"]["limits"])
    paths = [only[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")]
    assert paths == ["/healthz", "/readyz"]
    before = only["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] > before + DRAIN_SECONDS
    assert only["image"] == IMAGE


def test_config_units_reach_the_pod_byte_for_byte(tmp_path: Path) -> None:
    land(tmp_path, release(config_files=CONFIG))
    artifact = tmp_path / "artifact"
    artifact.mkdir()
    for name, body in CONFIG.items():
        (artifact / name).write_bytes(body)
    endpoints(tmp_path, MODELS, configs={model_id("hf/textgen"): "artifact"})
    made = documents(kubernetes(tmp_path).out)
    inside = {key: base64.b64decode(text) for key, text in made["ConfigMap"]["binaryData"].items()}
    assert inside == {f"acme.textgen-v1.{name}": body for name, body in CONFIG.items()}
    text = made["ConfigMap"]["data"]["endpoints.yaml"]
    assert yaml.safe_load(text)["configs"] == {"acme/textgen-v1": "acme.textgen-v1"}
    (artifact / "prompt.json").write_bytes(b"{}")
    assert kubernetes(tmp_path).is_error(1)


def test_other_endpoints_make_other_pods(pulled: Path) -> None:
    first = kubernetes(pulled).out
    assert kubernetes(pulled).out == first
    write_endpoints(pulled, TOKEN)
    templates = [
        documents(text)["Deployment"]["spec"]["template"]["metadata"]["annotations"]
        for text in (first, kubernetes(pulled).out)
    ]
    assert templates[0] != templates[1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--image", "fedfuse:latest"), 1, "not pinned by digest"),
        (("--image", ""), 1, "not pinned by digest"),
        (("--image", f"{IMAGE}\n"), 1, "not pinned by digest"),
        (("--from", "dir:/mirror"), 2, "no pod could pull from there"),
        (("--from", ""), 2, "no pod could pull from there"),
        (("--registry", "https://user:hunter2@example.com/r"), 2, "could read"),
        (("--registry", "git@example.com:r"), 2, "could read"),
        (("--key-env", "A B"), 2, "no variable's name"),
        (("--endpoints", "nowhere.yaml"), 2, "nowhere.yaml"),
    ],
)
def test_what_no_pod_could_use_is_refused(
    pulled: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = kubernetes(pulled, *words)
    assert done.is_error(code)
    assert said in done.err
    assert "hunter2" not in done.err


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ({"url": "http://127.0.0.1:8000"}, "the pod itself"),
        ({"url": "http://localhost:8000"}, "the pod itself"),
        ({**TOKEN, "token": {"file": "secret"}}, "which no pod has"),
        ({**TOKEN, "token": {"command": ["print-token"]}}, "which no pod has"),
    ],
)
def test_servers_that_no_pod_reaches_are_refused(pulled: Path, server: Any, said: str) -> None:
    write_endpoints(pulled, {"url": MODELS}, server)
    done = kubernetes(pulled)
    assert done.is_error(1)
    assert said in done.err


def test_litellm_gets_every_name_of_the_node_and_its_vote_closed(pulled: Path) -> None:
    words = ("node", "render", ".", "--for", "litellm", "--url", "http://node:8080/")
    made = yaml.safe_load(fedfuse(pulled, *words).out)
    names = [model["model_name"] for model in made["model_list"]]
    kinds = ("chat", "search", "sensitive")
    assert names == ["acme-ai-federated", *(f"acme-ai-federated/{kind}" for kind in kinds)]
    bases = {model["litellm_params"]["api_base"] for model in made["model_list"]}
    (vote,) = (one["litellm_params"] for one in made["guardrails"])
    assert (bases, vote["api_base"]) == ({"http://node:8080/v1"}, "http://node:8080")
    assert (vote["unreachable_fallback"], vote["default_on"]) == ("fail_closed", True)
    assert fedfuse(pulled, *words[:-1], "ftp://x").is_error(2)


def test_a_release_without_a_rule_has_no_guardrail(tmp_path: Path) -> None:
    land(tmp_path, release(voting=None))
    done = fedfuse(tmp_path, "node", "render", ".", "--for", "litellm")
    assert "guardrails" not in yaml.safe_load(done.out)


def test_files_are_written_once_and_a_rehearsal_writes_none(pulled: Path) -> None:
    assert kubernetes(pulled, "--to", "out", "--dry-run").out.endswith("would be rendered\n")
    assert not (pulled / "out").exists()
    done = kubernetes(pulled, "--to", "out", "--format=json").json()
    assert (done["release"], done["path"]) == (TAG, "out/kubernetes.yaml")
    assert (pulled / "out/kubernetes.yaml").read_text() == done["content"]
    assert kubernetes(pulled, "--to", "out", "--quiet").out == ""
    assert kubernetes(pulled, "--to", "out", "--key-env", "OTHER").is_error(1)


def test_a_folder_without_a_release_is_refused(tmp_path: Path) -> None:
    assert kubernetes(tmp_path).is_error(2)
    land(tmp_path, release())
    endpoints(tmp_path, MODELS)
    (tmp_path / TAG / "record.json").write_bytes(b"{}")
    assert kubernetes(tmp_path).is_error(1)


@given(st.text(max_size=90), st.text(max_size=90))
def test_a_name_is_a_label_and_two_releases_never_share_one(one: str, other: str) -> None:
    names = [dns_name(one), dns_name(other)]
    assert all(re.fullmatch(r"[a-z]([a-z0-9-]*[a-z0-9])?", name) for name in names)
    assert all(len(f"{name}-endpoints") <= 63 for name in names)
    assert (names[0] == names[1]) == (one == other)
    assert dns_name("acme-ai-federated") == "acme-ai-federated"


@given(st.lists(st.dictionaries(st.text(), st.text() | st.lists(st.text())), min_size=1))
def test_every_text_is_read_back_as_it_was(documents: list[dict[str, Any]]) -> None:
    assert list(yaml.safe_load_all(written(documents))) == documents
