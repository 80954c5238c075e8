"""What a provider offers for fusing: the minimal form or a full manifest, judged by a JSON Schema.

Minimal form: `{provider, artifacts: [{id, role, metrics, uri}]}`. A document with a `kind` is a
full manifest, one artifact, of which only what is fused is judged here. Nothing is coerced and
nothing is skipped: a file with one problem offers nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fedfuse import engine
from fedfuse.adapters.schemas import Validator
from fedfuse.adapters.stores import roster
from fedfuse.model.document import Document, Pointer
from fedfuse.model.finding import Finding
from fedfuse.model.fused_descriptor import PROVIDER_ROLES, SHARES, WEIGHTS, Candidate
from fedfuse.model.quoting import quoted

_NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_SEGMENT = "[A-Za-z0-9_=][A-Za-z0-9._=-]{0,127}"
_SCHEMES = "|".join(re.escape(store.scheme) for store in roster.STORES)
_END = r"(?![\s\S])"
"""Unlike `$` it does not match before a line end."""
_ID = {
    "title": "NAME or NAMESPACE/NAME, as in acme/textgen-lora-v3",
    "type": "string",
    "pattern": f"^{_NAME}(?:/{_NAME})?{_END}",
}
_URI = {
    "title": f"{', '.join(store.scheme for store in roster.STORES)} and a plain path",
    "type": "string",
    "pattern": f"^(?:{_SCHEMES}){_SEGMENT}(?:/{_SEGMENT}){{0,15}}/?{_END}",
}
_REVISION = {
    "title": "the store's own immutable revision of the artifact",
    "type": "string",
    "pattern": f"^[A-Za-z0-9._-]{{1,128}}{_END}",
}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_FIGURE = {"type": "number", "minimum": 0, "maximum": 1e9}
_OF_MANIFEST = {"apiVersion": "fedfuse/v1", "kind": "Manifest", "track": "release"}
"""What a full manifest says of itself when it may be fused."""
_UNREAD = (
    *("unit", "version", "license", "contract", "subject", "table", "evaluation", "training"),
    "submitted_by",
)
"""Fields of a full manifest that say nothing about fusing."""


def problems(document: Document, provider: str) -> tuple[Finding, ...]:
    """Everything that keeps a provider's file from being fused; never raises."""
    named = document.value.get("provider")
    if named != provider:  # by another provider's rules nothing here would be right
        return (
            document.finding(
                "E902",
                ("provider",),
                message="provider is missing"
                if named is None
                else "provider is not the provider of this option",
                expected=provider,
                found="" if named is None else quoted(named),
                fix=f"pass --{provider}-manifest a file that says provider: {provider}",
            ),
        )
    schema = _schema(PROVIDER_ROLES[provider], is_manifest="kind" in document.value)
    judged = Validator(json.dumps(schema).encode()).findings(document)
    return (*judged, *_other_roles(document, PROVIDER_ROLES[provider]))


def candidates(document: Document) -> tuple[Candidate, ...]:
    """The artifacts of a file without problems; never raises for such a file."""
    return tuple(_candidate(offer) for _, offer in _offers(document))


def duplicates(documents: Iterable[Document]) -> Iterator[Finding]:
    """Ids that occur twice, in one file or across the providers' files without problems."""
    first: dict[str, str] = {}
    for document in documents:
        for pointer, offer in _offers(document):
            place = f"{_spelled(pointer, 'id')} of {document.path}"
            if first.setdefault(offer["id"], place) != place:
                yield document.finding(
                    "E907",
                    (*pointer, "id"),
                    message=f"{_spelled(pointer, 'id')} repeats the id at {first[offer['id']]}",
                    found=quoted(offer["id"]),
                    fix="give every artifact an id of its own",
                )


def _schema(role: str, *, is_manifest: bool) -> Mapping[str, Any]:
    """The JSON Schema of a provider's file: what must be there depends on the role."""
    figures = {name: _SHARE if name in SHARES else _FIGURE for name in WEIGHTS}
    metrics = {**_object(figures), "required": list(engine.newest().ROLES[role].metrics)}
    offer = {"id": _ID, "role": {"type": "string"}, "metrics": metrics}
    if not is_manifest:
        listed = {"type": "array", "minItems": 1, "items": _object({**offer, "uri": _URI})}
        return _object({"provider": {}, "artifacts": listed})
    must = {name: {"const": value} for name, value in _OF_MANIFEST.items()}
    artifact = {**_object({"uri": _URI, "revision": _REVISION}), "additionalProperties": True}
    manifest = _object({"provider": {}, **must, **offer, "artifact": artifact})
    unread: Mapping[str, Any] = {name: {} for name in _UNREAD}
    return {**manifest, "properties": {**manifest["properties"], **unread}}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a mapping with exactly these fields."""
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _offers(document: Document) -> list[tuple[Pointer, Mapping[str, Any]]]:
    """Each artifact with its place; of a file with problems those that are mappings."""
    if "kind" in document.value:
        return [((), document.value)]
    listed = document.value.get("artifacts")
    entries = enumerate(listed) if isinstance(listed, list) else ()
    return [(("artifacts", n), one) for n, one in entries if isinstance(one, Mapping)]


def _candidate(offer: Mapping[str, Any]) -> Candidate:
    stored = offer.get("artifact", offer)
    return Candidate(
        id=offer["id"],
        role=engine.newest().ROLES[offer["role"]],
        uri=stored["uri"],
        revision=stored.get("revision", ""),
        metrics={name: float(number) for name, number in offer["metrics"].items()},
    )


def _other_roles(document: Document, role: str) -> Iterator[Finding]:
    for pointer, offer in _offers(document):
        if isinstance(offer.get("role"), str) and offer["role"] != role:
            yield document.finding(
                "E905",
                (*pointer, "role"),
                message=f"{_spelled(pointer, 'role')} is not what is fused from this provider",
                expected=role,
                found=quoted(offer["role"]),
                fix=f"list only {role} artifacts here",
            )


def _spelled(pointer: Pointer, field: str) -> str:
    """A field of an offer as people write it: `artifacts[1].id`."""
    return f"artifacts[{pointer[1]}].{field}" if pointer else field
