"""Reads endpoints.yaml: where this node finds the models of a release. It never leaves the node."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.files import read_named
from fedfuse.adapters.schemas import Validator
from fedfuse.errors import RefusedError
from fedfuse.model import canonical
from fedfuse.model.codes import CATALOG
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding


@dataclass(frozen=True, slots=True)
class TokenSource:
    """Where a bearer token comes from; the file itself holds none."""

    env: str = ""
    file: Path | None = None
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One OpenAI-compatible server."""

    base: str
    """The address up to and including `/v1`."""
    token: TokenSource | None = None
    serves: Mapping[str, str] | None = None
    """Manifest id to the server's own name for it; None where `/v1/models` lists manifest ids."""
    timeout_seconds: float = 120.0

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(urlsplit(self.base).hostname or "")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Everything this node can reach."""

    servers: tuple[Endpoint, ...]
    configs: Mapping[str, Path]
    """Manifest id of a `config` unit to the folder with its artifact."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine; never raises."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read(path: Path) -> Endpoints:
    """The endpoints in a file; relative paths in it begin at its folder.

    Raises RefusedError with the first problem, which never quotes a value of the file: one that
    stands in the wrong place may be a token. Raises what `read_named` raises.
    """
    fix = "write it: fedfuse serve --help shows one"
    data = read_named(path, most=yaml_strict.MAX_BYTES + 1, fix=fix)
    document = yaml_strict.load(data, path=str(path))
    if not isinstance(document, Document):
        _refuse(document[0])
    for found in chain(_validator().findings(document), _unsafe(document)):
        _refuse(found)
    folder = path.resolve().parent
    configs = {name: folder / where for name, where in document.value.get("configs", {}).items()}
    return Endpoints(tuple(_endpoint(raw, folder) for raw in document.value["endpoints"]), configs)


def _endpoint(raw: Mapping[str, Any], folder: Path) -> Endpoint:
    token = raw.get("token")
    file = folder / token["file"] if token and "file" in token else None
    return Endpoint(
        f"{raw['url'].rstrip('/').removesuffix('/v1')}/v1",
        TokenSource(token.get("env", ""), file, tuple(token.get("command", ()))) if token else None,
        raw.get("serves"),
        raw.get("timeout_seconds", 120),
    )


def _unsafe(document: Document) -> Iterator[Finding]:
    """A token goes over TLS, or stays on this machine."""
    for at, raw in enumerate(document.value["endpoints"]):
        is_clear = "token" in raw and raw["url"].startswith("http:")
        if is_clear and not is_loopback(urlsplit(raw["url"]).hostname or ""):
            yield document.finding(
                "E304",
                ("endpoints", at, "url"),
                message="the token would be sent in the clear",
                expected="an https address, since a token is sent there",
            )


def _refuse(found: Finding) -> NoReturn:
    """The rule and the place; what stands there is not repeated."""
    is_ours = found.code.startswith("E3") and found.expected
    expected = f"; expected {found.expected}" if is_ours else ""
    rule = CATALOG[found.code].title
    what = f"{found.place}: {rule}{expected} ({found.code})"
    raise RefusedError(what, fix="correct this line; fedfuse serve --help shows a whole file")


@cache
def _validator() -> Validator:
    return Validator(canonical.dumps(_SCHEMA), path="the schema of endpoints.yaml")


def _text(pattern: str, title: str, *, most: int = 512) -> Mapping[str, Any]:
    return {"type": "string", "title": title, "maxLength": most, "pattern": f"^{pattern}$(?!\\n)"}


_ID = "a manifest id as acme/textgen-lora-v3"
_IDS = {"title": _ID, "pattern": "^[a-z0-9-]{1,64}/[a-z0-9-]{1,64}-v[1-9][0-9]{0,5}$(?!\\n)"}
_PATH = _text("[^\\x00-\\x1f]{1,512}", "a path")
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "endpoints"],
    "properties": {
        "apiVersion": {"const": "fedfuse/v1"},
        "kind": {"const": "Endpoints"},
        "endpoints": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["url"],
                "properties": {
                    "url": _text(
                        "https?://(?:[A-Za-z0-9.-]{1,253}|\\[[0-9a-f:]{2,45}\\])(?::[0-9]{1,5})?"
                        "(?:/[A-Za-z0-9._~-]{1,100}){0,8}/?",
                        "an http(s) address without user, query and fragment",
                    ),
                    "token": {
                        "type": "object",
                        "title": "env, file or command; never the token itself",
                        "additionalProperties": False,
                        "minProperties": 1,
                        "maxProperties": 1,
                        "properties": {
                            "env": _text("[A-Za-z_][A-Za-z0-9_]{0,99}", "a variable's name"),
                            "file": _PATH,
                            "command": {
                                "type": "array",
                                "title": "a program and its arguments",
                                "minItems": 1,
                                "maxItems": 50,
                                "items": _text("[^\\x00]{1,512}", "an argument"),
                            },
                        },
                    },
                    "serves": {
                        "type": "object",
                        "minProperties": 1,
                        "maxProperties": 100,
                        "propertyNames": _IDS,
                        "additionalProperties": _text("[!-~]{1,200}", "a model's name there"),
                    },
                    "timeout_seconds": {
                        "type": "integer",
                        "title": "whole seconds, 1 to 600",
                        "minimum": 1,
                        "maximum": 600,
                    },
                },
            },
        },
        "configs": {
            "type": "object",
            "maxProperties": 100,
            "propertyNames": _IDS,
            "additionalProperties": _PATH,
        },
    },
}
