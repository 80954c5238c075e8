"""A look at YAML's events before a tree is built: what a tree would hide or make dangerous."""

import re
from collections.abc import Iterator, Mapping

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    ScalarEvent,
)

from fedfuse.adapters import format_finding
from fedfuse.adapters.strict_text import invisible_in, mark_at
from fedfuse.model.document import Mark
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted

MAX_DEPTH = 12
"""Mappings and lists from the root to a value, the root included."""
_HARMLESS = bytes(set(range(256)) - set(b"&*!\\%?"))
"""All bytes but those that an anchor, alias, tag, escape, directive or complex key needs."""
_MAX_OPENERS = 256
"""So many collections that begin within a line cannot nest too deeply for the parser's stack."""
_DIRECTIVE = re.compile("^%.*", re.MULTILINE)
_CODES: Mapping[str, str] = {
    "but found another document": "E108",
    "found undefined tag handle": "E111",
}
_FIXES: Mapping[str, str] = {
    "did not find expected key": "begin all keys of one mapping in the same column",
    "found character that cannot start any token": "quote the value",
    "found unexpected end of stream": "close the quote or bracket that is still open",
    "mapping values are not allowed in this context": "quote a value that holds `: `",
}
"""What libyaml says, and the usual way out."""


def needed(data: bytes) -> bool:
    """Whether a file could hold anything this look finds. Looking costs as much as parsing.

    Otherwise its blocks nest only as fast as their indentation grows.
    """
    openers = data.count(b"[") + data.count(b"{") + data.count(b"-")
    return openers > _MAX_OPENERS or bool(data.translate(None, _HARMLESS))


def findings(text: str, *, path: str) -> Iterator[Finding]:
    """What is wrong with the file's events; never raises.

    Every directive, document too many, anchor, alias, tag and escaped invisible character, and
    what the look ended at: a collection too deep, or bad syntax.
    """
    for match in _DIRECTIVE.finditer(text):
        mark = mark_at(text, match.start())
        yield format_finding.at(mark, "E109", path=path, found=quoted(match[0]))
    try:
        yield from _event_findings(text, path)
    except yaml.YAMLError as err:
        yield syntax(err, path=path)


def syntax(error: yaml.YAMLError, *, path: str) -> Finding:
    """What libyaml stopped at."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return format_finding.at((0, 0), "E107", path=path)
    mark, problem = mark_of(error.problem_mark), str(error.problem)
    if problem in _CODES:
        return format_finding.at(mark, _CODES[problem], path=path)
    begin = error.context_mark
    detail = f"{problem} {error.context} that begins in line {begin.line + 1}" if begin else problem
    return format_finding.at(mark, "E107", path=path, detail=detail, fix=_FIXES.get(problem, ""))


def mark_of(mark: "yaml.error.Mark | yaml._yaml.Mark") -> Mark:
    """The parser counts lines and columns from 0."""
    return mark.line + 1, mark.column + 1


def _event_findings(text: str, path: str) -> Iterator[Finding]:
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        documents += isinstance(event, DocumentStartEvent)
        mark = mark_of(event.start_mark) if event.start_mark else (0, 0)
        if depth > MAX_DEPTH:
            yield too_deep(mark, path=path)
            return
        if isinstance(event, DocumentStartEvent) and documents > 1:
            yield format_finding.at(mark, "E108", path=path)
        if isinstance(event, CollectionStartEvent | ScalarEvent | AliasEvent):
            yield from _node_findings(event, mark, path=path)


def too_deep(mark: Mark, *, path: str) -> Finding:
    """The finding about the first collection that lies too deep."""
    return format_finding.at(mark, "E112", path=path, expected=f"at most {MAX_DEPTH} levels")


def _node_findings(
    event: CollectionStartEvent | ScalarEvent | AliasEvent, mark: Mark, *, path: str
) -> Iterator[Finding]:
    if event.anchor is not None:
        sign = "*" if isinstance(event, AliasEvent) else "&"
        yield format_finding.at(mark, "E110", path=path, found=quoted(f"{sign}{event.anchor}"))
    if not isinstance(event, AliasEvent) and event.tag is not None:
        yield format_finding.at(mark, "E111", path=path, found=quoted(event.tag))
    if isinstance(event, ScalarEvent) and (invisible := invisible_in(event.value)):
        yield format_finding.at(mark, "E106", path=path, found=invisible[1])
