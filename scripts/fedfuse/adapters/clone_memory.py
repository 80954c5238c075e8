"""What earlier runs in this clone proved, so that the next one reads only what is new.

Files in the git directory, worth nothing but time: one that is missing or damaged is as good as
none. What was seen of a mirror lies here too: whoever can move a tag there can write its files.
"""

import json
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fedfuse.adapters import tool


class _Memory:
    """One JSON file in the git directory of a clone. Never raises."""

    name: str

    def __init__(self, git_dir: Path) -> None:
        self._path = git_dir / "fedfuse" / self.name

    def _read(self) -> Any:
        with suppress(OSError, ValueError, RecursionError):
            return json.loads(self._path.read_bytes())
        return None

    def _write(self, value: Any) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._path.parent, delete=False) as draft:
                json.dump(value, draft)
            Path(draft.name).replace(self._path)


@dataclass(frozen=True, slots=True)
class Proven:
    """What needs no second proof."""

    commit: str = ""
    """Nothing is wrong with main's history up to here; empty when nothing is known."""
    accepted: frozenset[str] = frozenset()
    """The commits of no legal shape that were accepted when that was proven."""
    valid: frozenset[str] = frozenset()
    """Blob ids of valid manifests."""


class AuditMemory(_Memory):
    """What audits proved, by this very tool and under the same schemas only."""

    name = "audit.json"

    def recall(self, schema: str) -> Proven:
        """What was proven under the schema with this digest."""
        with suppress(KeyError, TypeError):
            raw = self._read()
            if raw["key"] == _key(schema):
                accepted, valid = frozenset(raw["accepted"]), frozenset(raw["valid"])
                return Proven(str(raw["commit"]), accepted, valid)
        return Proven()

    def keep(self, proven: Proven, schema: str) -> None:
        """Remember for the next time, if the folder can be written."""
        accepted, valid = sorted(proven.accepted), sorted(proven.valid)
        found = {"commit": proven.commit, "accepted": accepted, "valid": valid}
        self._write({"key": _key(schema), **found})


class MirrorMemory(_Memory):
    """What is proven of mirrors: a commit of one, and the digest of all its files.

    A commit's id follows from its content, so that a proof never grows old.
    """

    name = "mirror.json"

    def recall(self) -> set[str]:
        """Every proof."""
        raw = self._read()
        return set(map(str, raw)) if isinstance(raw, list) else set()

    def keep(self, proofs: Collection[str]) -> None:
        """Remember for the next time, if the folder can be written."""
        self._write(sorted(proofs))


def _key(schema: str) -> str:
    return f"{tool.digest()} {schema}"
