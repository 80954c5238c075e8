"""What earlier runs of this clone saw on mirrors, so that the next one reads only what is new.

One file in the git directory, worth nothing but time. It lies here and not on the mirror: whoever
can move a tag there can write every file there.
"""

import json
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_FILE = Path("fedfuse/mirror.json")


class MirrorMemory:
    """The proofs of one clone: a commit of a mirror and the digest of all its files. Never raises.

    A commit's id follows from its content, so that a proof never grows old.
    """

    def __init__(self, git_dir: Path) -> None:
        self._path = git_dir / _FILE

    def recall(self) -> set[str]:
        """Every proof; none when the file is missing or damaged."""
        with suppress(OSError, ValueError, TypeError, RecursionError):
            return set(map(str, json.loads(self._path.read_bytes())))
        return set()

    def keep(self, proofs: Collection[str]) -> None:
        """Remember for the next time, if the folder can be written."""
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._path.parent, delete=False) as draft:
                json.dump(sorted(proofs), draft)
            Path(draft.name).replace(self._path)
