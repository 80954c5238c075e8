"""Init: a fresh registry for an organisation, as data that a pinned tool judges."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fedfuse import __version__, engine
from fedfuse.adapters import files, tool
from fedfuse.adapters.git.create import create
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import FedfuseError
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry.organisation import Organisation
from fedfuse.flows.registry.render import TEMPLATE, render
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.tool_lock import ToolLock

VENDORED = (
    ".github/CONTENTS.md",
    ".github/actions",
    ".github/adr",
    ".github/dependabot.yml",
    ".github/workflows",
    ".github/zizmor.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "hatch_build.py",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-live.lock",
    "requirements-stores.lock",
    "scripts",
    "tests/__init__.py",
    "tests/test_registry.py",
)
"""The tool, for a registry that holds a copy of it. Its tests belong where it is developed, so
`scripts/test` of the copy checks only that the copy is whole and the registry valid."""
_TOOLS_OWN_TESTS = b".ci/run"
"""What `ci.yml` runs where the tool is developed."""
_TESTS = """\
# tests

`test_registry.py` proves that every file of this registry is valid; `scripts/test` runs it. Tests
of what you add to the tool belong beside it. The tool's own tests are where it is developed.
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A registry that was made, or would be."""

    registry_yaml: str
    paths: tuple[str, ...]
    """Every file, sorted."""
    commit: str
    """The first commit; empty for a dry run."""
    example: str
    """A unit to try first."""


def pin(place: tuple[str, str] | None) -> ToolLock:
    """The lock for this very tool; `place` is the repository and commit where it is said to be.

    Raises FedfuseError when nobody says it and no commit is known to hold these files.
    """
    if place is None:
        own = snapshots.of(WorkTree(tool.home())).registry()
        place = own.repository, tool.commit()
    engines = {number: engine.digest(number) for number in engine.ENGINES}
    return ToolLock(*place, __version__, tool.digest(), engines)


def make(
    target: Path,
    owner: Organisation,
    *,
    tool_at: tuple[str, str] | None = None,
    vendored: bool = False,
    dry_run: bool = False,
) -> Made:
    """Write the registry into a folder that is new or empty, as a repository with one commit.

    It pins the tool as `pin` does, or with `vendored` holds a copy of it. The folder appears whole
    or not at all. Raises RefusedError when the folder is in use, FedfuseError when the tool cannot
    be pinned, or runs without the files that are needed.
    """
    files.refuse_used(target)
    lock = None if vendored else pin(tool_at)
    copied = _copied() if vendored else {}
    planned = {**copied, **render(owner, tool.template(*TEMPLATE), lock)}
    executables = _executables() if copied else frozenset()
    made = Made(planned[REGISTRY_PATH].decode(), tuple(sorted(planned)), "", "")
    if dry_run:
        return made
    with files.new_folder(target) as draft:
        files.write_below(draft, planned)
        for path in planned:
            (draft / path).chmod(0o755 if path in executables else 0o644)
        snapshot = snapshots.of(WorkTree(draft))
        snapshot.suite()  # a registry that cannot judge is never handed out
        commit = create(draft, message=f"registry: begin {owner.release_name}", fallback=owner.bot)
        return replace(made, commit=commit, example=next(iter(snapshot.registry().units)))


def _copied() -> Mapping[str, bytes]:
    """The tool's own files. Raises FedfuseError when it was installed without all of them."""
    if not tool.is_checkout():
        raise FedfuseError(
            "this fedfuse was installed from a wheel, which holds only what it runs",
            fix="clone the tool's repository, run scripts/setup, then .venv/bin/fedfuse init",
        )
    found = {path: data for path, data in tool.template(*VENDORED).items() if _belongs(path)}
    ci = ".github/workflows/ci.yml"
    found[ci] = found[ci].replace(_TOOLS_OWN_TESTS, b"scripts/test")
    return {**found, "tests/README.md": _TESTS.encode()}


def _belongs(path: str) -> bool:
    return not path.startswith("scripts/examples/") and not path.endswith(".DS_Store")


def _executables() -> frozenset[str]:
    found = (path for path in tool.template(*VENDORED))
    return frozenset(path for path in found if (tool.home() / path).stat().st_mode & 0o100)
