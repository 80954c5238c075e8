"""A release as a node finds it on disc: real records, manifests and contracts, no registry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fedfuse.adapters.node_folder import NodeFolder, Remembered
from fedfuse.model.bundle import Bundle, build
from fedfuse.model.canonical import sha256
from fedfuse.model.yaml_text import render
from tests.support import bundles
from tests.support.bundles import tag_of

CONTRACTS = Path(__file__).parents[2] / "schemas/contract"
ROLES = {
    "hf/textgen": "textgen",
    "aws/distilled": "runtime",
    "gcp/embedder": "embed",
    "hf/judge-a": "policy",
    "gcp/judge-b": "policy",
    "aws/judge-c": "policy",
}
BASES = {"hf/judge-a": "org/a", "gcp/judge-b": "org/b", "aws/judge-c": "org/c"}
ROUTES = {
    "chat": {"role": "textgen", "contract": 1, "fallback": ["runtime"]},
    "sensitive": {"role": "textgen", "contract": 1, "fallback": ["aws/distilled"]},
    "search": {"role": "embed", "contract": 1},
}
VOTING = {
    "prompt_types": ["sensitive"],
    "voters": ["hf/judge-a", "gcp/judge-b", "aws/judge-c"],
    "quorum": 2,
}
SLO = {
    "availability": {"target": 0.995},
    "latency": {"target": 0.99, "latency_ms": 400},
    "cost": {"target": 0.99, "cost_per_1k_tokens": 1.5},
    "safety": {"target": 0.99},
}


def model_id(unit: str, version: int = 1) -> str:
    """The manifest id of a unit's version."""
    return f"acme/{unit.partition('/')[2]}-v{version}"


def release(
    version: str = "1.0.0",
    *,
    textgen: int = 1,
    routes: Mapping[str, Any] | None = None,
    voting: Mapping[str, Any] | None = VOTING,
    config_files: Mapping[str, bytes] | None = None,
    slo: Mapping[str, Any] | None = None,
) -> Bundle:
    """A release of six units; with `config_files` the unit hf/textgen is a config artifact."""
    versions = dict.fromkeys(ROLES, 1) | {"hf/textgen": textgen}
    documents = {unit: _manifest(unit, v, config_files) for unit, v in versions.items()}
    pinned = {
        f"manifests/{unit}/v{versions[unit]}.yaml": render(document).encode()
        for unit, document in documents.items()
    }
    for role in {*ROLES.values()}:
        path = f"schemas/contract/{role}/v1.json"
        pinned[path] = (CONTRACTS / role / "v1.json").read_bytes()
    record = bundles.record(
        version,
        pinned=pinned,
        slo=dict(slo or SLO),
        units={unit: _unit(unit, versions[unit], documents[unit]) for unit in ROLES},
        metrics={f"hf/textgen@v{textgen}": {"cost_per_1k_tokens": "0.5"}},
        fusion={
            "routes": dict(routes or ROUTES),
            "router": {"kind": "static"},
            "voting": dict(voting) if voting else None,
            "distillation": None,
        },
    )
    return build(record, pinned=pinned, pages={})


def _manifest(unit: str, version: int, files: Mapping[str, bytes] | None) -> dict[str, Any]:
    is_config = files is not None and unit == "hf/textgen"
    shipped = files or {} if is_config else {"model.safetensors": unit.encode()}
    return {
        "id": model_id(unit, version),
        "artifact": {
            "format": "config" if is_config else "safetensors",
            "files": [{"path": p, "size": len(b), "sha256": sha256(b)} for p, b in shipped.items()],
        },
    }


def _unit(unit: str, version: int, document: Mapping[str, Any]) -> dict[str, Any]:
    base = {"id": BASES[unit], "revision": "1" * 40} if unit in BASES else None
    return {
        "role": ROLES[unit],
        "member": version,
        "manifest": {"path": f"manifests/{unit}/v{version}.yaml"},
        "artifact": {"format": document["artifact"]["format"], "base_model": base},
    }


def land(root: Path, made: Bundle, *, is_current: bool = True) -> Path:
    """Put a release where a pull puts it, and remember it as a pull does."""
    landing = NodeFolder(root)
    with landing.locked():
        seen = landing.remembered()
        if landing.contents(made.tag) is None:
            landing.land(made.tag, made.pulled)
        landing.remember(Remembered(tags={**seen.tags, made.tag: made.tag_object}))
        if is_current:
            landing.switch("current", made.tag)
    return root / made.tag


def endpoints(root: Path, *urls: str, **more: Any) -> Path:
    """An endpoints.yaml that names servers which list what they serve."""
    path = root / "endpoints.yaml"
    servers = [{"url": url} for url in urls]
    head: dict[str, Any] = {"apiVersion": "fedfuse/v1", "kind": "Endpoints"}
    path.write_text(render({**head, "endpoints": servers, **more}))
    return path


TAG = tag_of("1.0.0")
