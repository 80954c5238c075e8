"""What earlier audits of this clone proved, so that the next one proves only what is new.

One file in the git directory, worth nothing but time: when it is missing, damaged, or was written
by another tool or under other schemas, everything is proven again.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import fedfuse

_FILE = Path("fedfuse/audit.json")


@dataclass(frozen=True, slots=True)
class Proven:
    """What needs no second proof."""

    commit: str = ""
    """Nothing is wrong with main's history up to here; empty when nothing is known."""
    accepted: frozenset[str] = frozenset()
    """The commits of no legal shape that were accepted when that was proven."""
    valid: frozenset[str] = frozenset()
    """Blob ids of valid manifests."""


class AuditMemory:
    """The memory of one clone. Never raises."""

    def __init__(self, git_dir: Path) -> None:
        self._path = git_dir / _FILE

    def recall(self, schema: str) -> Proven:
        """What was proven by this very tool under the schema with this digest."""
        with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            raw = json.loads(self._path.read_bytes())
            if raw["key"] == _key(schema):
                accepted, valid = frozenset(raw["accepted"]), frozenset(raw["valid"])
                return Proven(str(raw["commit"]), accepted, valid)
        return Proven()

    def keep(self, proven: Proven, schema: str) -> None:
        """Remember for the next time, if the folder can be written."""
        value = {
            "key": _key(schema),
            "commit": proven.commit,
            "accepted": sorted(proven.accepted),
            "valid": sorted(proven.valid),
        }
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._path.parent, delete=False) as draft:
                json.dump(value, draft)
            Path(draft.name).replace(self._path)


def _key(schema: str) -> str:
    return f"{_tool_digest()} {schema}"


@cache
def _tool_digest() -> str:
    return sha256(b"".join(_sources())).hexdigest()


def _sources() -> Iterator[bytes]:
    home = Path(fedfuse.__file__).parent
    for path in sorted(home.rglob("*.py")):
        yield path.relative_to(home).as_posix().encode()
        yield path.read_bytes()
