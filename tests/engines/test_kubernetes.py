"""What is rendered for Kubernetes, read by the official schemas, and run as a pod runs it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.engines.places import needs, program
from tests.github.description import cache_folder
from tests.support.model_backend import Backend, backends
from tests.support.node_release import ROLES, endpoints, land, model_id, release
from tests.support.published_registry import FIRST, publish
from tests.support.rendered import HUB, container, documents, kubernetes
from tests.support.served_node import served

VERSION = "1.37"
DRIVER = Path(__file__).with_name("service_monitor.mjs")


def rendered(root: Path) -> str:
    """A release with a rule and a token."""
    land(root, release())
    endpoints(root, "https://models.example.com")
    return kubernetes(root, "--registry", "https://example.com/acme/registry").out


def validated(text: str) -> subprocess.CompletedProcess[str]:
    """What the official schemas say; they take no field that they do not know."""
    words = [str(program("kubernetes", "kubernetes-validate")), "--strict", "-k", VERSION, "-"]
    return subprocess.run(words, input=text, capture_output=True, text=True, check=False)


@pytest.mark.kubernetes
@needs("kubernetes", "kubernetes-validate")
def test_the_official_schemas_take_what_is_rendered_and_nothing_misspelt(tmp_path: Path) -> None:
    text = rendered(tmp_path)
    done = validated(text)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("INFO") == 3
    for word in ("readOnlyRootFilesystem", "preStop", "optional", "targetPort", "binaryData"):
        torn = text.replace(word, f"{word}s")
        assert (validated(torn).returncode == 1) == (word in text), word


@pytest.mark.npm
@pytest.mark.skipif(
    not (cache_folder() / "node_modules/@kubernetes-models").exists(),
    reason="install it: tests/github/install",
)
def test_the_operators_schema_takes_the_service_monitor(tmp_path: Path) -> None:
    monitor = documents(rendered(tmp_path))["ServiceMonitor"]
    assert complaints(monitor) == ""
    (scraped,) = monitor["spec"]["endpoints"]
    assert set(scraped) == {"port", "path", "interval"}
    scraped["interval"] = "often"
    assert "interval" in complaints(monitor)
    del monitor["spec"]["selector"]
    assert "selector" in complaints(monitor)


def complaints(monitor: Any) -> str:
    """What the operator's schema has against a document."""
    return subprocess.run(
        ("node", "--input-type=module", "--eval", DRIVER.read_text(encoding="utf-8")),
        input=json.dumps(monitor),
        cwd=cache_folder(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_rendered_words_run_on_the_rendered_settings(tmp_path: Path) -> None:
    publish(tmp_path, releases=1)
    clone, root, scratch = (tmp_path / name for name in ("clone", "node", "scratch"))
    for folder in (root, scratch):
        folder.mkdir()
    land(scratch, release())
    units = [*ROLES, "hf/textgen-lora", "aws/runtime-distilled"]
    with backends(*{model_id(unit) for unit in units}) as running:
        made = documents(as_rendered(scratch, running))
        settings = mounted(made, tmp_path / "settings", running)
        only = container(made)
        names = {"/var/lib/fedfuse": str(root), "/etc/fedfuse/endpoints.yaml": str(settings)}
        here = {"0.0.0.0": "127.0.0.1", "8080": "0", HUB: "git", "production": "candidate"}  # noqa: S104 - what a pod has
        words = [{**names, **here}.get(word, word) for word in only["args"]]
        assert words[:2] == ["serve", str(root)]
        with served(root, *words[2:], "--root", str(clone), FEDFUSE_NODE_KEY="key") as node:
            assert node.event("serving")["release"] == FIRST
            for probe in ("livenessProbe", "readinessProbe"):
                assert node.get(only[probe]["httpGet"]["path"]).status_code == 200
            (scraped,) = made["ServiceMonitor"]["spec"]["endpoints"]
            assert node.get(scraped["path"]).status_code == 200
            assert node.get("/v1/models").status_code == 401


def as_rendered(scratch: Path, running: Any) -> str:
    """Rendered for addresses that pods could reach, one a server."""
    endpoints(scratch, *(f"https://{at}.example.com" for at in range(len(running))))
    return kubernetes(scratch).out


def mounted(made: Any, volume: Path, running: dict[str, Backend] | Any) -> Path:
    """The settings as a kubelet mounts them: a link to a folder that it switches."""
    text = made["ConfigMap"]["data"]["endpoints.yaml"]
    for at, backend in enumerate(running.values()):
        text = text.replace(f"https://{at}.example.com/v1", backend.url)
    (volume / "..2026").mkdir(parents=True)
    (volume / "..2026/endpoints.yaml").write_text(text)
    (volume / "..data").symlink_to("..2026")
    (volume / "endpoints.yaml").symlink_to("..data/endpoints.yaml")
    return volume / "endpoints.yaml"
