"""The policy of a fresh registry: what its registry.yaml says from `units:` on.

Thresholds, windows and objectives come word for word, comments included, from the registry.yaml of
the template. Units, required roles and routes follow from what the providers ship.
"""

from collections.abc import Iterator, Mapping

from fedfuse import engine
from fedfuse.model.document import Document
from fedfuse.model.registry import Registry, Route
from fedfuse.model.yaml_text import scalar

_FIRST = "units"


def policy(document: Document, text: str, template: Registry, units: Mapping[str, str]) -> str:
    """The part of registry.yaml from the comment above `units:` to the end.

    `document` is the template's registry.yaml, `text` its text; `units` (to role) has a model.
    """
    required = _required(template, units)
    instead = {
        _FIRST: "".join(f"  {unit}: {{role: {role}}}\n" for unit, role in units.items()),
        "required_roles": f"required_roles: [{', '.join(required)}]\n",
        "fusion": _routes(template, required),
    }
    instead[_FIRST] = f"{_FIRST}:\n{instead[_FIRST]}"
    return "\n".join(
        _comment(section) + instead[key] if key in instead else section
        for key, section in _sections(document, text)
    )


def _required(template: Registry, units: Mapping[str, str]) -> tuple[str, ...]:
    """The roles without which no release is cut: those of the template that somebody ships."""
    roles = engine.newest().ROLES
    shipped = dict.fromkeys(role for role in units.values() if not roles[role].is_report)
    return tuple(role for role in template.required_roles if role in shipped) or tuple(shipped)


def _routes(template: Registry, required: tuple[str, ...]) -> str:
    """The fusion section: a route to every required role, and the caller names the prompt type."""
    known = {name: r for name, r in template.fusion.routes.items() if r.role in required}
    reached = {route.role for route in known.values()}
    known |= {role: Route(role, 1) for role in required if role not in reached}
    lines = (
        f"    {scalar(name)}: {{role: {route.role}, contract: {route.contract}}}\n"
        for name, route in known.items()
    )
    return (
        f"fusion:\n  routes:\n{''.join(lines)}"
        "  router: {kind: static} # the caller names the prompt type\n"
    )


def _sections(document: Document, text: str) -> Iterator[tuple[str, str]]:
    """Every top-level key from `units` on with its lines, from the comment above it."""
    lines = text.splitlines(keepends=True)
    keys = sorted(document.value, key=lambda key: document.key_mark((key,)))
    starts = [_with_comment(lines, document.key_mark((key,))[0] - 1) for key in keys]
    for key, start, end in zip(keys, starts, [*starts[1:], len(lines)], strict=True):
        if start >= starts[keys.index(_FIRST)]:
            yield key, "".join(lines[start:end]).rstrip("\n") + "\n"


def _with_comment(lines: list[str], start: int) -> int:
    """Where the comment block right above a line begins."""
    while start and lines[start - 1].startswith("#"):
        start -= 1
    return start


def _comment(section: str) -> str:
    lines = section.splitlines(keepends=True)
    return "".join(lines[: next(i for i, one in enumerate(lines) if not one.startswith("#"))])
