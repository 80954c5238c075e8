"""From the files of a suite folder to a `Suite`, with every problem as a finding."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fedfuse.model.finding import Finding
from fedfuse.model.suite import Item, Suite, lines

ITEM_ID = re.compile(r"[a-z][0-9]{1,5}\Z")
_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")


def parse(
    document: Mapping[str, Any], *, folder: str, sha256: str, files: Mapping[str, bytes]
) -> tuple[Suite | None, tuple[Finding, ...]]:
    """A suite is its schema-valid suite.yaml plus the part files it pins.

    `folder` is the repository path of the suite, `sha256` the digest of suite.yaml's bytes and
    `files` maps file names inside the folder to their bytes. The suite is None exactly when there
    are findings. Never raises.
    """
    name, version = document["name"], document["version"]
    findings: list[Finding] = []
    if not f"/{folder}".endswith(f"/{name}/v{version}"):
        findings.append(_misplaced(folder, f"{name}/v{version}"))
    parts: dict[str, tuple[Item, ...]] = {}
    for part, pin in document["parts"].items():
        items, problems = _part(part, pin, folder=folder, files=files)
        parts[part] = items
        findings.extend(problems)
    findings.extend(_repeated(parts, folder))
    return (None if findings else Suite(name, version, sha256, parts)), tuple(findings)


def _part(
    part: str, pin: Mapping[str, Any], *, folder: str, files: Mapping[str, bytes]
) -> tuple[tuple[Item, ...], list[Finding]]:
    path = f"{folder}/{pin['file']}"
    data = files.get(pin["file"])
    if data is None:
        return (), [_finding("E420", path, message=f"part {part} has no file here")]
    findings: list[Finding] = []
    digest = hashlib.sha256(data).hexdigest()
    if digest != pin["sha256"]:
        findings.append(
            _finding(
                "E421",
                path,
                message="the file is not the one that suite.yaml pins",
                expected=pin["sha256"],
                found=digest,
            )
        )
    items: list[Item] = []
    for number, raw in lines(data):
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
    given = raw.get("passages")
    passages = given if isinstance(given, list) else []
    words = (raw.get("prompt"), raw.get("rules"), *passages)
    size = sum(len(text.encode("utf-8", "replace")) for text in words if isinstance(text, str))
    return Item(item_id, part, category, cluster, critical, 1 + len(passages), size)


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
