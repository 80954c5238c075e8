"""The tool's own files: their digest, the commit they are of, and what a registry is made from.

In a checkout the files that a registry is made from are the repository's own. A wheel carries the
same files under the same paths in the package's folder `template`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import fedfuse
from fedfuse.adapters.git import process
from fedfuse.adapters.git.location import git_dir
from fedfuse.errors import FedfuseError

_PACKAGE = Path(fedfuse.__file__).resolve().parent
_CARRIED = _PACKAGE / "template"
_COMMIT = "COMMIT"
"""Which commit a wheel was built from; the build writes it when every file was committed."""
_MADE = frozenset({"__pycache__", _CARRIED.name})
_FIX = "name one with --tool OWNER/NAME@COMMIT, or copy the tool into the registry: --vendored"


def home() -> Path:
    """The folder with the files that a registry is made from: a checkout, or a wheel's template.

    Raises FedfuseError when the package was copied without them.
    """
    for root in (_CARRIED, _PACKAGE.parents[1]):
        if all((root / name).exists() for name in ("registry.yaml", "schemas", ".github")):
            return root
    raise FedfuseError(
        "this fedfuse is installed without the files that a registry is made from",
        fix="install the wheel, or run init from a clone of the tool's repository",
    )


def is_checkout() -> bool:
    """Whether the tool runs from a repository that holds all of it."""
    return home() != _CARRIED


def template(*names: str) -> Mapping[str, bytes]:
    """The plain files at or below these paths, by path; a path that is not there gives none."""
    root = home()
    found = (path for name in names for path in _below(root / name))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def digest(package: Path = _PACKAGE) -> str:
    """sha256 of the sorted `sha256  path` lines of the package's files, which names its content.

    It is the same in a checkout and in a wheel that was built from it. `package` is the folder of
    this tool, or of another one.
    """
    files = {path.relative_to(package).as_posix(): path for path in _below(package)}
    lines = (f"{hashlib.sha256(files[n].read_bytes()).hexdigest()}  {n}\n" for n in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def commit() -> str:
    """The commit whose tree holds this tool, 40 hex digits.

    Raises FedfuseError when no commit is known to hold these very files.
    """
    if not is_checkout():
        built_from = home() / _COMMIT
        if not built_from.is_file():
            raise FedfuseError("this fedfuse does not know the commit it was built from", fix=_FIX)
        return built_from.read_text("ascii").strip()
    root = home()
    where, there = git_dir(root), [f"--work-tree={root}"]
    changed = process.output(where, [*there, "status", "--porcelain", "--", str(_PACKAGE)])
    if changed:
        raise FedfuseError(
            "this tool has changes that no commit holds", fix=f"commit them; or {_FIX}"
        )
    return process.output(where, ["rev-parse", "HEAD"]).decode("ascii").strip()


def _below(path: Path) -> Iterator[Path]:
    """The plain files at or below a path, without what running the tool leaves behind."""
    if path.name in _MADE or path.is_symlink():
        return
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            yield from _below(child)
