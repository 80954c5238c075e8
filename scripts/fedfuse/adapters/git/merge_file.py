"""Merges one file three ways, as git does."""

from pathlib import Path
from tempfile import TemporaryDirectory

from fedfuse.adapters.git import process

_ERROR = 128
"""From here on git could not merge at all; below it counts conflicts."""


def merge_file(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
    """The merged text and whether it is clean; a conflict is marked in it, with the base.

    What is no text conflicts and gives no bytes. Nothing is written into any repository.
    """
    with TemporaryDirectory(prefix="fedfuse-") as folder:
        names = {"yours": ours, "the old tool's": base, "the new tool's": theirs}
        for number, data in enumerate(names.values()):
            Path(folder, str(number)).write_bytes(data)
        files = [str(Path(folder, str(number))) for number in range(len(names))]
        labels = [word for name in names for word in ("-L", name)]
        done = process.run(None, ["merge-file", "-p", "--diff3", *labels, *files])
    return (done.stdout, not done.returncode) if done.returncode < _ERROR else (b"", False)
