"""From the files of a suite folder to a `Suite`, with every problem as a finding."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from fedfuse.model.finding import Finding
from fedfuse.model.suite import Item, Suite, lines

ITEM_ID = re.compile(r"[a-z][0-9]{1,5}\Z")
_MOST = 2**32
"""Above every count of texts and bytes that a part file can hold."""
_LABEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")


def parse(
    document: Mapping[str, Any], *, folder: str, sha256: str, files: Mapping[str, bytes]
) -> tuple[Suite | None, tuple[Finding, ...]]:
    """A suite is its schema-valid suite.yaml plus the part files it pins.

    Of a sealed suite only the outline has to be there: what judging reads of every item. When its
    part files come, they are the ones it pins, and they hold what the outline says. `folder` is the
    repository path of the suite, `sha256` the digest of suite.yaml's bytes and `files` maps file
    names inside the folder to their bytes. The suite is None exactly when there are findings.
    Never raises.
    """
    name, version = document["name"], document["version"]
    findings: list[Finding] = []
    if not f"/{folder}".endswith(f"/{name}/v{version}"):
        findings.append(_misplaced(folder, f"{name}/v{version}"))
    parts: dict[str, tuple[Item, ...]] = {}
    kept = "sealed" in document and not _are_there(document, files)
    for part, pin in {} if kept else document["parts"].items():
        items, problems = _part(part, pin, folder=folder, files=files)
        parts[part] = items
        findings.extend(problems)
    if "sealed" in document:
        outline, problems = _outline(document, folder=folder, files=files)
        findings += problems or ([] if kept else _unlike(outline, parts, document, folder))
        parts = outline
    findings.extend(_repeated(parts, folder))
    return (None if findings else Suite(name, version, sha256, parts, kept)), tuple(findings)


def _are_there(document: Mapping[str, Any], files: Mapping[str, bytes]) -> bool:
    """Whether any part file is: a sealed suite is published as a whole or not at all."""
    return any(pin["file"] in files for pin in document["parts"].values())


def _outline(
    document: Mapping[str, Any], *, folder: str, files: Mapping[str, bytes]
) -> tuple[dict[str, tuple[Item, ...]], list[Finding]]:
    """What a sealed suite says of its items without their words, by part."""
    pins, pin = document["parts"], document["sealed"]
    found: list[Finding] = []
    if "generator" in document:
        message = "this suite is sealed, and its seed would write the items anew"
        found.append(_finding("E465", f"{folder}/suite.yaml", message=message))
    lines_, problems = _lines(pin, folder=folder, files=files, what="the outline")
    found += problems
    items: dict[str, list[Item]] = {part: [] for part in pins}
    for number, raw in lines_:
        part = raw.get("part") if raw else None
        item = _item(raw, part) if isinstance(part, str) and part in pins else None
        if item is None or not ITEM_ID.match(item.id):
            message = "this line is no item of a part of suite.yaml"
            found.append(_finding("E422", f"{folder}/{pin['file']}", line=number, message=message))
        else:
            items[item.part].append(item)
    if not found:
        counted = ((part, pins[part]["items"], len(items[part])) for part in pins)
        found += [_miscounted(folder, pin, *one) for one in counted if one[1] != one[2]]
    return {part: tuple(of_part) for part, of_part in items.items()}, found


def _miscounted(
    folder: str, pin: Mapping[str, Any], part: str, expected: int, found: int
) -> Finding:
    message = f"the number of items of part {part} differs from suite.yaml"
    return _finding(
        "E424", f"{folder}/{pin['file']}", message=message, expected=str(expected), found=str(found)
    )


def _unlike(
    outline: Mapping[str, tuple[Item, ...]],
    parts: Mapping[str, tuple[Item, ...]],
    document: Mapping[str, Any],
    folder: str,
) -> list[Finding]:
    """Every part whose published items are others than those by which evidence was judged."""
    message = "the items are not those of the outline that evidence was judged by"
    return [
        _finding("E466", f"{folder}/{pin['file']}", message=message)
        for part, pin in document["parts"].items()
        if parts[part] and parts[part] != outline[part]
    ]


def _part(
    part: str, pin: Mapping[str, Any], *, folder: str, files: Mapping[str, bytes]
) -> tuple[tuple[Item, ...], list[Finding]]:
    path = f"{folder}/{pin['file']}"
    lines_, findings = _lines(pin, folder=folder, files=files, what=f"part {part}")
    items: list[Item] = []
    for number, raw in lines_:
        item = _item(raw, part)
        if item is None:
            message = "this line is no item"
            findings.append(_finding("E422", path, line=number, message=message))
        elif not ITEM_ID.match(item.id):
            findings.append(
                _finding("E423", path, line=number, message="bad item id", found=item.id[:80])
            )
        else:
            items.append(item)
    if not findings and len(items) != pin["items"]:
        findings.append(
            _finding(
                "E424",
                path,
                message="the number of items differs from suite.yaml",
                expected=str(pin["items"]),
                found=str(len(items)),
            )
        )
    return tuple(items), findings


def _lines(
    pin: Mapping[str, Any], *, folder: str, files: Mapping[str, bytes], what: str
) -> tuple[Iterable[tuple[int, Mapping[str, Any] | None]], list[Finding]]:
    """The lines of a file that suite.yaml pins; none where it is missing."""
    path = f"{folder}/{pin['file']}"
    data = files.get(pin["file"])
    if data is None:
        return (), [_finding("E420", path, message=f"{what} has no file here")]
    digest = hashlib.sha256(data).hexdigest()
    if digest == pin["sha256"]:
        return lines(data), []
    message = "the file is not the one that suite.yaml pins"
    found = _finding("E421", path, message=message, expected=pin["sha256"], found=digest)
    return lines(data), [found]


def _item(raw: Mapping[str, Any] | None, part: str) -> Item | None:
    if raw is None:
        return None
    texts = [raw.get(key) for key in ("id", "category", "cluster")]
    critical = raw.get("critical", False)
    if not all(isinstance(text, str) for text in texts) or not isinstance(critical, bool):
        return None
    item_id, category, cluster = (str(text) for text in texts)
    if not (_LABEL.match(category) and _LABEL.match(cluster)):
        return None
    return Item(item_id, part, category, cluster, critical, *_size(raw))


def _size(raw: Mapping[str, Any]) -> tuple[int, int]:
    """Texts that a model reads for an item, and their bytes; as said where the words are not."""
    said = raw.get("texts"), raw.get("size_bytes")
    if "prompt" not in raw and all(type(one) is int and 0 <= one < _MOST for one in said):
        return cast("tuple[int, int]", said)
    given = raw.get("passages")
    passages = given if isinstance(given, list) else []
    words = (raw.get("prompt"), raw.get("rules"), *passages)
    size = sum(len(text.encode("utf-8", "replace")) for text in words if isinstance(text, str))
    return 1 + len(passages), size


def _repeated(parts: Mapping[str, tuple[Item, ...]], folder: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for items in parts.values():
        for item in items:
            if item.id in seen:
                path = f"{folder}/suite.yaml"
                yield _finding("E423", path, message="this id names two items", found=item.id)
            seen.add(item.id)


def _misplaced(folder: str, tail: str) -> Finding:
    return _finding(
        "E425",
        f"{folder}/suite.yaml",
        message="folder and contents name different suites",
        expected=f"schemas/suites/{tail}",
        found=folder,
    )


_FIXES = {
    "E420": "add the file, or name the right one in suite.yaml",
    "E421": "restore the file; a changed suite is a new version",
    "E422": "write one JSON object with id, category and cluster",
    "E423": "give the item an id of its own, one letter and up to five digits",
    "E424": "correct `items` in suite.yaml",
    "E425": "move the folder, or correct name and version",
    "E465": "leave `generator` out, and seal items whose seed nobody can guess",
    "E466": "publish the items that were sealed, and keep the outline",
}


def _finding(
    code: str, path: str, *, message: str, line: int = 0, expected: str = "", found: str = ""
) -> Finding:
    return Finding(
        path,
        line,
        1 if line else 0,
        code,
        message,
        expected=expected,
        found=found,
        fix=_FIXES[code],
    )
