"""What a provider offers for fusing: the minimal form or a full manifest, read strictly.

Minimal form: `{provider, artifacts: [{id, role, metrics, uri}]}`. A document with a `kind` is a
full manifest, one artifact, of which only what is fused is judged here. Nothing is coerced and
nothing is skipped: a file with one problem offers nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse import engine
from fedfuse.adapters.stores import roster
from fedfuse.model.finding import Finding
from fedfuse.model.fuse import PROVIDER_ROLES, SHARES, WEIGHTS, Candidate
from fedfuse.model.number_text import number_text
from fedfuse.model.quoting import quoted

Where = tuple[str | int, ...]
"""A place in a document: keys and list indexes from the root."""

_MINIMAL_FIELDS = ("provider", "artifacts")
_ARTIFACT: Mapping[str, Where] = {name: (name,) for name in ("id", "role", "metrics", "uri")}
_MANIFEST: Mapping[str, Where] = {**_ARTIFACT, "uri": ("artifact", "uri")}
_MANIFEST_FIELDS = (
    *("apiVersion", "kind", "provider", "unit", "version", "id", "role", "track", "artifact"),
    *("license", "contract", "subject", "metrics", "table", "evaluation", "training"),
    "submitted_by",
)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?")
_SEGMENT = "[A-Za-z0-9_=][A-Za-z0-9._=-]{0,127}"
_PLACE = re.compile(f"{_SEGMENT}(?:/{_SEGMENT}){{0,15}}/?")
"""What follows the scheme of a uri."""
_REVISION = re.compile("[A-Za-z0-9._-]{1,128}")
_LARGEST = 1e9
"""No latency in milliseconds and no cost is larger."""


@dataclass(frozen=True, slots=True)
class Source:
    """One provider's parsed file."""

    path: str
    provider: str
    """The provider whose flag named the file."""
    document: Mapping[str, Any]
    mark: Callable[[Where], tuple[int, int]]
    """Line and column of the deepest known part on the way to a place; zeros if unknown."""

    def value(self, where: Where) -> Any:
        """The value at a place; None where there is none, or null."""
        value: Any = self.document
        for step in where:
            if isinstance(value, Mapping):
                value = value.get(step)
            else:
                value = value[step] if isinstance(value, list) and isinstance(step, int) else None
        return value

    def finding(
        self, code: str, where: Where, *, what: str, fix: str, expected: str = ""
    ) -> Finding:
        """A finding about a place; a missing value is told at what it is missing in."""
        line, column = self.mark(where)
        value = self.value(where)
        return Finding(
            path=self.path,
            line=line,
            column=column,
            code=code,
            message=f"{_spelled(where)} {what}",
            expected=expected,
            found="" if value is None else quoted(value),
            fix=fix,
        )


def problems(source: Source) -> tuple[Finding, ...]:
    """Everything that keeps one file from being fused; never raises, whatever was parsed."""
    return tuple(_problems(source))


def candidates(source: Source) -> tuple[Candidate, ...]:
    """The artifacts of a file without problems; never raises for such a file."""
    return tuple(_candidate(source, base, shape) for base, shape in _offers(source))


def duplicates(sources: Iterable[Source]) -> tuple[Finding, ...]:
    """Ids that occur twice, in one file or across the providers' files."""
    return tuple(_duplicates(sources))


def _problems(source: Source) -> Iterator[Finding]:
    provider = source.value(("provider",))
    if provider != source.provider:  # by another provider's rules nothing here would be right
        yield _foreign(source, provider)
        return
    yield from _manifest(source) if "kind" in source.document else _minimal(source)
    for base, shape in _offers(source):
        yield from _id(source, base + shape["id"])
        yield from _role(source, base + shape["role"])
        yield from _uri(source, base + shape["uri"])
        yield from _metrics(source, base + shape["metrics"])


def _offers(source: Source) -> list[tuple[Where, Mapping[str, Where]]]:
    """The place of each artifact, and the places of its fields below it."""
    if "kind" in source.document:
        return [((), _MANIFEST)]
    artifacts = source.value(("artifacts",))
    entries = enumerate(artifacts) if isinstance(artifacts, list) else ()
    return [(("artifacts", n), _ARTIFACT) for n, one in entries if isinstance(one, Mapping)]


def _candidate(source: Source, base: Where, shape: Mapping[str, Where]) -> Candidate:
    return Candidate(
        id=source.value(base + shape["id"]),
        role=engine.newest().ROLES[source.value(base + shape["role"])],
        uri=source.value(base + shape["uri"]),
        revision=source.value(("artifact", "revision")) or "",
        metrics={
            name: float(number) for name, number in source.value(base + shape["metrics"]).items()
        },
    )


def _foreign(source: Source, provider: Any) -> Finding:
    return source.finding(
        "E902",
        ("provider",),
        what="is missing" if provider is None else "is not the provider of this option",
        expected=source.provider,
        fix=f"pass --{source.provider}-manifest a file that says provider: {source.provider}",
    )


def _minimal(source: Source) -> Iterator[Finding]:
    yield from _unknown(source, (), _MINIMAL_FIELDS)
    artifacts = source.value(("artifacts",))
    if not isinstance(artifacts, list) or not artifacts:
        what = "is missing" if artifacts is None else "is no list with at least one artifact"
        fix = "list the artifacts to choose from, each as {id, role, metrics, uri}"
        yield source.finding("E901", ("artifacts",), what=what, fix=fix)
        return
    for index, artifact in enumerate(artifacts):
        where = ("artifacts", index)
        if isinstance(artifact, Mapping):
            yield from _unknown(source, where, tuple(_ARTIFACT))
        else:
            fix = "write it as {id, role, metrics, uri}"
            yield source.finding("E901", where, what="is no mapping", fix=fix)


def _manifest(source: Source) -> Iterator[Finding]:
    yield from _unknown(source, (), _MANIFEST_FIELDS)
    for field, value in (("apiVersion", "fedfuse/v1"), ("kind", "Manifest"), ("track", "release")):
        if source.value((field,)) != value:
            what = "keeps this document from being fused"
            fix = f"pass a manifest with {field}: {value}, or the minimal form, which has no kind"
            yield source.finding("E901", (field,), what=what, expected=value, fix=fix)
    revision = source.value(("artifact", "revision"))
    if not isinstance(revision, str) or not _REVISION.fullmatch(revision):
        fix = "state the provider's own immutable revision of the artifact"
        what = "is missing" if revision is None else "is no revision"
        yield source.finding("E904", ("artifact", "revision"), what=what, fix=fix)


def _unknown(source: Source, where: Where, known: Iterable[str]) -> Iterator[Finding]:
    for field in sorted(set(source.value(where)) - set(known)):
        fix = f"remove it; the fields here are {', '.join(known)}"
        yield source.finding("E903", (*where, field), what="is an unknown field", fix=fix)


def _id(source: Source, where: Where) -> Iterator[Finding]:
    value = source.value(where)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        yield source.finding(
            "E904",
            where,
            what="is missing" if value is None else "is no artifact id",
            expected="NAME or NAMESPACE/NAME of letters, digits, `.`, `_` and `-`",
            fix="name the artifact as in acme/textgen-lora-v3",
        )


def _uri(source: Source, where: Where) -> Iterator[Finding]:
    value = source.value(where)
    store = roster.of_uri(value) if isinstance(value, str) else None
    if store is None or not _PLACE.fullmatch(value.removeprefix(store.scheme)):
        *schemes, last = (one.scheme for one in roster.STORES)
        yield source.finding(
            "E904",
            where,
            what="is missing" if value is None else "is no artifact uri",
            expected=f"{', '.join(schemes)} or {last} and a plain path",
            fix="name where the artifact lies, as in hf://acme/textgen-lora-v3",
        )


def _role(source: Source, where: Where) -> Iterator[Finding]:
    value, role = source.value(where), PROVIDER_ROLES[source.provider]
    if value != role:
        yield source.finding(
            "E905",
            where,
            what="is missing" if value is None else f"is not what is fused from {source.provider}",
            expected=role,
            fix=f"list only {role} artifacts here",
        )


def _metrics(source: Source, where: Where) -> Iterator[Finding]:
    metrics = source.value(where)
    if not isinstance(metrics, Mapping):
        fix = f"write metrics: {{{', '.join(WEIGHTS)}}}"
        what = "is missing" if metrics is None else "is no mapping"
        yield source.finding("E906", where, what=what, fix=fix)
        return
    yield from _unknown(source, where, WEIGHTS)
    required = engine.newest().ROLES[PROVIDER_ROLES[source.provider]].metrics
    for metric in WEIGHTS:
        if metric in required or metric in metrics:
            yield from _metric(source, (*where, metric))


def _metric(source: Source, where: Where) -> Iterator[Finding]:
    value, is_share = source.value(where), where[-1] in SHARES
    largest = 1 if is_share else _LARGEST
    if value is None:
        what, fix = "is missing", "state it; a metric that was not measured cannot pass a gate"
    elif isinstance(value, bool) or not isinstance(value, int | float):
        what, fix = "is no number", "write a plain number, without quotes"
    elif is_share and 1 < value <= 100:
        what, fix = "looks like a percentage", f"write the share: {number_text(value / 100)}"
    elif not 0 <= value <= largest:
        what, fix = "is out of range", "state the measured number"
    else:
        return
    expected = f"a number from 0 to {number_text(largest)}"
    yield source.finding("E906", where, what=what, expected=expected, fix=fix)


def _duplicates(sources: Iterable[Source]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for source in sources:
        for base, shape in _offers(source):
            where = base + shape["id"]
            place = f"{_spelled(where)} of {source.path}"
            if first.setdefault(source.value(where), place) != place:
                what = f"repeats the id at {first[source.value(where)]}"
                fix = "give every artifact an id of its own"
                yield source.finding("E907", where, what=what, fix=fix)


def _spelled(where: Where) -> str:
    """A place as people write it: `artifacts[1].metrics.quality`; odd keys are quoted."""
    steps = (
        f"[{step}]"
        if isinstance(step, int)
        else f".{step if step.isidentifier() else quoted(step)}"
        for step in where
    )
    return "".join(steps).removeprefix(".")
