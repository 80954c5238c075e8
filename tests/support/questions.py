"""What the items of the small registry's suites ask, and what is right."""

import hashlib
from typing import Any

from fedfuse.model.suite import Item


def number_of(name: str, item: str) -> int:
    """What the right answer to an item of a suite is."""
    return int(hashlib.sha256(f"{name} {item}".encode()).hexdigest()[:6], 16)


def task(name: str, item: Item) -> dict[str, Any]:
    """A line of the suite of a name: the item with its question and its answer."""
    line: dict[str, Any] = {"id": item.id, "category": item.category, "cluster": item.cluster}
    line["prompt"] = f"{name} {item.id}"
    if item.part == "retrieval":
        line["passages"] = [f"{name} {item.id} no", f"{name} {item.id} yes"]
        return {**line, "answer": {"kind": "rank", "value": 1}}
    return {**line, "answer": {"kind": "number", "value": number_of(name, item.id)}}
