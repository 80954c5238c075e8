"""What the schemas say of artifact uris and revisions, derived from the table of stores."""

from collections.abc import Mapping, Sequence
from typing import Any

from fedfuse.adapters.stores.store import Store

_END = r"$(?!\n)"
_PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_FOLDER = "[A-Za-z0-9_][A-Za-z0-9._-]*"

Parts = Mapping[tuple[str | int, ...], Any]
"""Places in a schema, as keys from its root, to what stands there."""


def manifest_parts(stores: Sequence[Store]) -> Parts:
    """What `manifest.v1.schema.json` says of stores."""
    revisions: Parts = {("$defs", f"{one.name}_revision"): _revision(one) for one in stores}
    conditions: Parts = {
        ("$defs", "artifact", "allOf", number): _condition(one) for number, one in enumerate(stores)
    }
    return {**release_parts(stores), **revisions, **conditions}


def release_parts(stores: Sequence[Store]) -> Parts:
    """What `fused-release.v1.schema.json` says of stores."""
    schemes = "|".join(one.scheme for one in stores)
    return {
        ("$defs", "uri", "title"): _either([one.form for one in stores]),
        ("$defs", "uri", "pattern"): f"^(?:{schemes})[!-~]+{_END}",
    }


def registry_parts(stores: Sequence[Store]) -> Parts:
    """What `registry.v1.schema.json` says of stores."""
    place = ("properties", "providers", "patternProperties", _NAME, "properties", "prefixes")
    remote = "|".join(one.name for one in stores if not one.is_folder)
    below = f"dir:(?:{_FOLDER}(?:/{_FOLDER})*/?)?"
    return {
        (*place, "items", "title"): _either([_prefix(one) for one in stores]),
        (*place, "items", "pattern"): f"^(?:(?:{remote})://{_PART}(?:/{_PART})*/?|{below}){_END}",
    }


_NAME = r"^(?!registry$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$(?!\n)"
PARTS = {
    "manifest": manifest_parts,
    "fused-release": release_parts,
    "registry": registry_parts,
}


def part(schema: Any, place: tuple[str | int, ...]) -> Any:
    """What stands at a place of a schema; None where nothing does."""
    for step in place:
        if isinstance(schema, Mapping):
            schema = schema.get(step)
        else:
            schema = schema[step] if isinstance(step, int) and step < len(schema) else None
    return schema


def with_stores(schema: dict[str, Any], parts: Parts) -> dict[str, Any]:
    """A schema that says of stores what the parts say; a condition is put before those there."""
    for (*above, last), value in parts.items():
        holder = part(schema, tuple(above))
        if isinstance(last, int):
            if value not in holder:
                holder.insert(last, value)
        else:
            holder[last] = value
    return schema


def _revision(store: Store) -> Mapping[str, Any]:
    return {
        "title": store.revision_is,
        "type": "string",
        "maxLength": store.revision_length,
        "pattern": f"^{store.revision}{_END}",
    }


def _condition(store: Store) -> Mapping[str, Any]:
    uri = {"type": "string", "pattern": f"^{store.scheme}"}
    form = {"title": store.form, "pattern": _shape(store)}
    revision = {"$ref": f"#/$defs/{store.name}_revision"}
    return {
        "if": {"required": ["uri"], "properties": {"uri": uri}},
        "then": {"properties": {"uri": form, "revision": revision}},
    }


def _shape(store: Store) -> str:
    """As many segments as the form of the store has; a PATH is one or more."""
    further = store.form.count("/", len(store.scheme))
    more = f"{{{further},32}}" if store.form.endswith("PATH") else f"{{{further}}}"
    return f"^{store.scheme}[!-.0-~]*(?:/[!-.0-~]*){more}{_END}"


def _prefix(store: Store) -> str:
    """The form up to the first segment, as `gs://BUCKET/`; the whole form of a folder."""
    first = store.form.removeprefix(store.scheme).partition("/")[0]
    return store.form if store.is_folder else f"{store.scheme}{first}/"


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
