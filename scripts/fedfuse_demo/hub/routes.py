"""The Hub's API: which request does what, in the form the huggingface_hub client speaks."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from fedfuse_demo.hub.card import problem_of
from fedfuse_demo.hub.store import Change, RefusedRequest, Store, StoredFile

_LARGE_BYTES = 10 * 1024 * 1024
_LARGE_NAMES = (".bin", ".safetensors")
_DATE = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the server took it off the wire."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes
    endpoint: str
    """This Hub's own address, for links in answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200) -> Answer:
    """An answer that carries JSON."""
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


def handle(store: Store, request: Request, token: str) -> Answer:
    """Carry out one request. Raises RefusedRequest for everything the Hub does not do.

    Anyone may read; a wrong token is refused everywhere, a missing one where something is written.
    """
    _authorise(request, token)
    for method, pattern, act in _ROUTES:
        match = pattern.fullmatch(request.path)
        if match and request.method in method:
            return act(store, request, *(unquote(group or "") for group in match.groups()))
    raise RefusedRequest(404, f"no route {request.method} {request.path}")


def _authorise(request: Request, token: str) -> None:
    shown = request.headers.get("authorization", "")
    if shown and shown != f"Bearer {token}":
        raise RefusedRequest(401, "Invalid username or password.")
    is_upload = request.path.startswith("/_lfs/")
    reads = request.method in {"GET", "HEAD"} and not request.path.endswith("/auth-check/write")
    if not (shown or reads or is_upload or "/paths-info/" in request.path):
        raise RefusedRequest(401, "Invalid username or password.")


def _create(store: Store, request: Request) -> Answer:
    wanted = json.loads(request.body)
    name = f"{wanted.get('organization') or 'me'}/{wanted['name']}"
    said = {"url": f"{request.endpoint}/{name}", "name": name, "id": name}
    try:
        store.create(name)
    except RefusedRequest as refusal:
        return as_json({**said, "error": str(refusal)}, refusal.status)
    return as_json(said)


def _validate_card(_: Store, request: Request) -> Answer:
    problem = problem_of(json.loads(request.body)["content"])
    errors = [{"message": problem}] if problem else []
    return as_json({"errors": errors, "warnings": []}, 400 if errors else 200)


def _who(*_: Any) -> Answer:
    return as_json({"type": "user", "name": "me", "orgs": []})


def _may(store: Store, _: Request, name: str) -> Answer:
    store.repository(name)
    return as_json({})


def _model(store: Store, _: Request, name: str, revision: str) -> Answer:
    repository = store.repository(name)
    commit = repository.resolve(revision or "main")
    siblings = [{"rfilename": path} for path in repository.files(commit)]
    about = {"_id": "0", "id": name, "modelId": name, "private": False, "tags": [], "downloads": 0}
    return as_json(
        {**about, "likes": 0, "sha": commit, "lastModified": _DATE, "siblings": siblings}
    )


def _refs(store: Store, _: Request, name: str) -> Answer:
    repository = store.repository(name)
    listed = {
        kind: [
            {"name": ref, "ref": f"refs/{folder}/{ref}", "targetCommit": commit}
            for ref, commit in repository.refs(folder).items()
        ]
        for kind, folder in (("branches", "heads"), ("tags", "tags"))
    }
    return as_json({**listed, "converts": [], "pullRequests": []})


def _tree(store: Store, _: Request, name: str, revision: str) -> Answer:
    repository = store.repository(name)
    files = repository.files(repository.resolve(revision))
    return as_json([_entry(path, file) for path, file in sorted(files.items())])


def _paths_info(store: Store, request: Request, name: str, revision: str) -> Answer:
    repository = store.repository(name)
    files = repository.files(repository.resolve(revision))
    asked = parse_qs(request.body.decode()).get("paths", [])
    return as_json([_entry(path, files[path]) for path in asked if path in files])


def _entry(path: str, file: StoredFile) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "path": path, "oid": file.blob, "size": file.size}
    if file.sha256:
        large = {"oid": file.sha256, "size": file.size, "pointerSize": file.pointer_size}
        entry["lfs"] = large
    return entry


def _preupload(store: Store, request: Request, name: str, revision: str) -> Answer:
    repository = store.repository(name)
    there = repository.files(repository.resolve(revision))
    answer = []
    for file in json.loads(request.body)["files"]:
        large = file["path"].endswith(_LARGE_NAMES) or file["size"] > _LARGE_BYTES
        known = there.get(file["path"])
        answer.append(
            {
                "path": file["path"],
                "uploadMode": "lfs" if large else "regular",
                "shouldIgnore": False,
                "oid": (known.sha256 or known.blob) if known else None,
            }
        )
    return as_json({"files": answer})


def _commit(store: Store, request: Request, name: str, branch: str) -> Answer:
    lines = [json.loads(line) for line in request.body.splitlines() if line]
    header = next(line["value"] for line in lines if line["key"] == "header")
    commit = store.repository(name).commit(
        branch,
        tuple(_change(store, line) for line in lines if line["key"] != "header"),
        parent=header.get("parentCommit", ""),
        message=header["summary"],
    )
    url = f"{request.endpoint}/{name}/commit/{commit}"
    return as_json({"success": True, "commitOid": commit, "commitUrl": url})


def _change(store: Store, line: Mapping[str, Any]) -> Change:
    value = line["value"]
    if line["key"] in {"deletedFile", "deletedFolder"}:
        return Change(value["path"], None)
    if line["key"] == "file":
        return Change(value["path"], base64.b64decode(value["content"]))
    if not store.has_large(value["oid"]):
        raise RefusedRequest(400, f"large file {value['oid']} was not uploaded")
    pointer = f"oid sha256:{value['oid']}\nsize {value['size']}\n"
    return Change(value["path"], f"version https://git-lfs.github.com/spec/v1\n{pointer}".encode())


def _tag(store: Store, request: Request, name: str, revision: str) -> Answer:
    repository = store.repository(name)
    if request.method == "DELETE":
        repository.delete_tag(revision)
    else:
        repository.tag(json.loads(request.body)["tag"], repository.resolve(revision))
    return as_json({})


def _resolve(store: Store, request: Request, name: str, revision: str, path: str) -> Answer:
    repository = store.repository(name)
    commit = repository.resolve(revision)
    file = repository.files(commit).get(path)
    if file is None:
        raise RefusedRequest(404, "Entry not found", code="EntryNotFound")
    etag = f'"{file.sha256 or file.blob}"'
    headers = {"X-Repo-Commit": commit, "ETag": etag, "Content-Type": "application/octet-stream"}
    if file.sha256:
        headers |= {"X-Linked-Etag": etag, "X-Linked-Size": str(file.size)}
    body = store.large(file.sha256) if file.sha256 else repository.body(file)
    return _part(body, request.headers.get("range", ""), headers)


def _part(body: bytes, wanted: str, headers: Mapping[str, str]) -> Answer:
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if part is None:
        return Answer(body, 200, headers)
    first, last = int(part[1]), int(part[2] or len(body) - 1)
    span = f"bytes {first}-{last}/{len(body)}"
    return Answer(body[first : last + 1], 206, {**headers, "Content-Range": span})


def _large_batch(store: Store, request: Request, _: str) -> Answer:
    objects = []
    for wanted in json.loads(request.body)["objects"]:
        href = f"{request.endpoint}/_lfs/{wanted['oid']}"
        upload = {} if store.has_large(wanted["oid"]) else {"upload": {"href": href, "header": {}}}
        known = {"oid": wanted["oid"], "size": wanted["size"]}
        objects.append({**known, "actions": upload} if upload else known)
    return as_json({"transfer": "basic", "objects": objects})


def _large_upload(store: Store, request: Request, digest: str) -> Answer:
    store.add_large(digest, request.body)
    return as_json({})


_NAME = r"([^/]+/[^/]+)"
_MODEL = rf"/api/models/{_NAME}"
_ROUTES: tuple[tuple[frozenset[str], re.Pattern[str], Callable[..., Answer]], ...] = tuple(
    (frozenset(methods.split()), re.compile(pattern), act)
    for methods, pattern, act in (
        ("POST", "/api/repos/create", _create),
        ("POST", "/api/validate-yaml", _validate_card),
        ("GET", "/api/whoami-v2", _who),
        ("GET", rf"{_MODEL}/auth-check(?:/write)?", _may),
        ("GET", rf"{_MODEL}/refs", _refs),
        ("GET", rf"{_MODEL}(?:/revision/([^/]+))?", _model),
        ("GET", rf"{_MODEL}/tree/([^/]+)", _tree),
        ("POST", rf"{_MODEL}/paths-info/([^/]+)", _paths_info),
        ("POST", rf"{_MODEL}/preupload/([^/]+)", _preupload),
        ("POST", rf"{_MODEL}/commit/([^/]+)", _commit),
        ("POST DELETE", rf"{_MODEL}/tag/([^/]+)", _tag),
        ("GET HEAD", rf"/{_NAME}/resolve/([^/]+)/(.+)", _resolve),
        ("POST", rf"/{_NAME}\.git/info/lfs/objects/batch", _large_batch),
        ("PUT", r"/_lfs/([0-9a-f]{64})", _large_upload),
    )
)
