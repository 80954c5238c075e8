"""Bundles and channels for tests of mirrors: real records, real tag object ids, no repository."""

from collections.abc import Mapping
from typing import Any

from fedfuse.model.bundle import Bundle, build
from fedfuse.model.canonical import sha256
from fedfuse.model.channel import Channels, Pointer

CARD = b"---\nlicense: apache-2.0\n---\n# %s\n"


def tag_of(version: str) -> str:
    """The tag of a version of the test registry."""
    return f"acme-ai-federated-v{version}"


def record(version: str, *, pinned: Mapping[str, bytes], **changed: Any) -> Mapping[str, Any]:
    """A small release record that pins the given files."""
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "FusedRelease",
        "engine": 1,
        "release": tag_of(version),
        "version": version,
        "commit": sha256(version.encode())[:40],
        "created": "2026-11-24T03:07:45Z",
        "tagger": "acme bot <bot@acme.example>",
        "fusion": {
            "routes": {"chat": {"role": "textgen", "contract": 1}},
            "voting": None,
            "router": {"kind": "static"},
            "distillation": None,
        },
        "bundle": {path: sha256(body) for path, body in pinned.items()},
        **changed,
    }


def bundle(version: str, weights: Mapping[str, bytes] | None = None, **changed: Any) -> Bundle:
    """One release whose manifest names its version; `weights` are pinned files of its router."""
    pinned = {
        **(weights or {}),
        "manifests/hf/textgen-lora/v1.yaml": f"version: {version}\n".encode(),
        "schemas/contract/textgen/v1.json": b"{}\n",
        "releases/routers/v1/router.json": b"\x00\x01" + version.encode(),
    }
    said = record(version, pinned=pinned, **changed)
    pages = {"README.md": CARD % version.encode(), "checklist.md": b"- [x] GO\n"}
    return build(said, pinned=pinned, pages=pages)


def channels(serial: int, candidate: str, production: str = "", *warm: str) -> Channels:
    """Channels that point at versions."""
    return Channels(
        serial,
        Pointer(tag_of(candidate)),
        Pointer(tag_of(production)) if production else None,
        tuple(Pointer(tag_of(version)) for version in warm),
    )
