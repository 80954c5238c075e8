"""GitHub's own description of its REST API, and what it says about requests and answers.

Installed by `tests/github/install`. The description also gives the templates of all answers: its
official examples, of which a test states only the values that matter to it.
"""

import copy
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.validation.request.exceptions import MissingRequestBody
from werkzeug.datastructures import Headers, ImmutableMultiDict

INSTALL = "tests/github/install"
METHODS = ("get", "post", "patch", "put", "delete")


def cache_folder() -> Path:
    """Where the packages of npm are installed, or would be."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    chosen = os.environ.get("FEDFUSE_TEST_CACHE") or Path(home, "fedfuse-tests")
    return Path(chosen, "github")


def folder() -> Path:
    """Where GitHub's own packages are, or would be."""
    return cache_folder() / "node_modules/@octokit"


def is_installed() -> bool:
    """Whether the packages are there, as locked."""
    there = cache_folder() / "installed.json"
    lock = Path(__file__).with_name("package-lock.json")
    return there.is_file() and there.read_bytes() == lock.read_bytes()


@cache
def document() -> Mapping[str, Any]:
    """The whole description of api.github.com."""
    path = folder() / "openapi/generated/api.github.com.json"
    loaded: Mapping[str, Any] = json.loads(
        path.read_text(encoding="utf-8"), object_hook=_with_null_among_its_values
    )
    return loaded


def _with_null_among_its_values(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a field be null that is marked so, though its list of values leaves null out.

    OpenAPI 3.0 asks for both, GitHub writes only the mark.
    """
    if schema.get("nullable") is True and isinstance(schema.get("enum"), list):
        schema["enum"] = [*schema["enum"], None]
    return schema


def event(name: str, action: str) -> dict[str, Any]:
    """The first official example of an event with that action, free to be changed."""
    path = folder() / "webhooks-examples/api.github.com/index.json"
    events = json.loads(path.read_text(encoding="utf-8"))
    examples = next(one["examples"] for one in events if one["name"] == name)
    found: dict[str, Any] = next(one for one in examples if one.get("action") == action)
    return found


@dataclass(frozen=True)
class Operation:
    """One operation of the API."""

    id: str
    method: str
    template: str
    said: Mapping[str, Any]

    @property
    def success(self) -> int:
        """The status it answers when all is well."""
        return next(int(status) for status in self.said["responses"] if status.startswith("2"))

    @property
    def host(self) -> str:
        """Where it is served."""
        servers = self.said.get("servers") or document()["servers"]
        return str(servers[0]["url"])

    def arguments(self, path: str) -> Mapping[str, str] | None:
        """The values in a path that is this operation's; None when it is not."""
        pattern = re.sub(r"\\\{(\w+)\\\}", self._group, re.escape(self.template))
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None

    def example(self) -> Any:
        """The official example of a successful answer, free to be changed."""
        content = self.said["responses"][str(self.success)]["content"]["application/json"]
        return copy.deepcopy(_resolved(next(iter(content["examples"].values())))["value"])

    @staticmethod
    def _group(match: re.Match[str]) -> str:
        # a ref such as tags/v1 is the only value with slashes in it
        return f"(?P<{match[1]}>{'.+' if match[1] == 'ref' else '[^/]+'})"


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation by its id, such as `pulls/get`."""
    found = {}
    for template, methods in document()["paths"].items():
        for method in METHODS:
            if said := methods.get(method):
                found[said["operationId"]] = Operation(said["operationId"], method, template, said)
    return found


@dataclass
class AskedFor:
    """A request as openapi-core takes it."""

    host_url: str
    path: str
    method: str
    content_type: str
    body: bytes | None
    parameters: RequestParameters


@dataclass
class Answered:
    """An answer as openapi-core takes it."""

    status_code: int
    data: bytes
    headers: Headers = field(default_factory=Headers)
    content_type: str = "application/json"


class Description:
    """What GitHub says about some of its operations."""

    def __init__(self, ids: Mapping[str, object]) -> None:
        self.chosen = tuple(operations()[name] for name in ids)
        templates = {one.template for one in self.chosen}
        paths = {path: said for path, said in document()["paths"].items() if path in templates}
        unchecked = Config(spec_validator_cls=None)  # type: ignore[arg-type] # None skips a minute
        self._api = OpenAPI.from_dict({**document(), "paths": paths}, config=unchecked)

    def operation(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """The operation that a request asks for, and the values in its path."""
        for one in self.chosen:
            if one.method == method.lower():
                arguments = one.arguments(path)
                if arguments is not None:
                    return one, arguments
        return None

    def problems_of_request(
        self, operation: Operation, path: str, query: str, content_type: str, body: bytes
    ) -> list[str]:
        """What the description does not allow about a request, names it does not know included."""
        asked = _asked(operation, path, query, content_type, body)
        problems = list(_unknown_names(operation, query, body if asked.body else b""))
        try:
            self._api.validate_request(asked)
        except MissingRequestBody:
            problems.append("the body is missing")
        except OpenAPIError as err:
            problems += _reasons(err)
        return problems

    def problems_of_answer(self, operation: Operation, path: str, answer: Answered) -> list[str]:
        """What the description does not allow about an answer.

        Refusals that it does not list for the operation must have its common form of an error.
        """
        status = answer.status_code
        if str(status) not in operation.said["responses"]:
            known = status in {401, 403, 404, 422} and "message" in json.loads(answer.data)
            return [] if known else [f"no answer {status} is described"]
        try:
            asked = _asked(operation, path, "", "", b"")
            self._api.validate_response(asked, answer)
        except OpenAPIError as err:
            return _reasons(err)
        return []


def _asked(operation: Operation, path: str, query: str, content_type: str, body: bytes) -> AskedFor:
    parameters = RequestParameters(
        query=ImmutableMultiDict(parse_qsl(query)), header=Headers(), cookie=ImmutableMultiDict()
    )
    content_type = content_type or "application/json"
    whole = {name: quote(said, safe="") for name, said in (operation.arguments(path) or {}).items()}
    return AskedFor(
        operation.host,
        operation.template.format(**whole),
        operation.method,
        content_type,
        body or None,
        parameters,
    )


def _unknown_names(operation: Operation, query: str, body: bytes) -> Iterator[str]:
    """Names that a schema without `additionalProperties: false` would let pass."""
    described = [_resolved(one) for one in operation.said.get("parameters", ())]
    known = {one["name"] for one in described if one["in"] == "query"}
    yield from (f"unknown query {name}" for name, _ in parse_qsl(query) if name not in known)
    content = operation.said.get("requestBody", {}).get("content", {})
    if body and "application/json" in content:
        yield from _unknown_fields(json.loads(body), content["application/json"]["schema"], "")


def _unknown_fields(value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    schema = _resolved(schema)
    if isinstance(value, list):
        for item in value:
            yield from _unknown_fields(item, schema.get("items", {}), where)
    elif isinstance(value, dict) and "properties" in schema and "oneOf" not in schema:
        for name, inner in value.items():
            if name not in schema["properties"]:
                yield f"unknown field {where}{name}"
            else:
                yield from _unknown_fields(inner, schema["properties"][name], f"{where}{name}.")


def _resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in value:
        found: Any = document()
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value


def _reasons(err: OpenAPIError) -> list[str]:
    errors = getattr(err.__cause__ or err, "schema_errors", ())
    found = [f"{'.'.join(map(str, one.path))}: {one.message[-300:]}" for one in errors]
    return found or [f"{type(err).__name__}: {str(err)[:300]}"]
