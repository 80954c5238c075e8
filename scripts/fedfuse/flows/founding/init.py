"""Init: a fresh, self-contained registry for another organisation, made from this one's tool."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import fedfuse
from fedfuse.adapters import files, yaml_strict
from fedfuse.adapters.git.create import create
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import FedfuseError, UsageError
from fedfuse.flows.founding import community_template, release_app
from fedfuse.flows.founding import registry_template as template
from fedfuse.flows.founding.organisation import Organisation
from fedfuse.flows.reading import snapshots
from fedfuse.model.document import Document
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.release_app import ACTIONS

_COPIED = (
    ".github",
    ".gitignore",
    "LICENSE",
    "manifests/README.md",
    "pyproject.toml",
    "releases/README.md",
    "releases/checklist.yaml",
    "releases/routers",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-live.lock",
    "schemas",
    "scripts",
    "tests/__init__.py",
    "tests/test_registry.py",
)
"""What every registry has alike. Manifests, events and records are this registry's history; the
tool's tests belong where the tool is developed, so that `scripts/test` of the copy checks only that
the copy is whole and the registry valid."""
_LEFT_OUT = frozenset({"__pycache__", "examples", ".DS_Store", "tags-create.json"})
"""The last one is written anew, where there is an App."""
_TOOLS_OWN_TESTS = ".ci/run"
"""What `ci.yml` runs where the tool is developed."""


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


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    mode: int = 0o644


def make(target: Path, owner: Organisation, *, dry_run: bool = False) -> Made:
    """Write the registry into a folder that is new or empty, as a repository with one commit.

    The folder appears whole or not at all. Raises UsageError when the accounts do not cover the
    providers of the units, RefusedError when the folder is in use, FedfuseError when the tool runs
    without the files it copies.
    """
    root = source()
    text, units = _registry_yaml(root, owner)
    planned = dict(sorted(_planned(root, owner, text, units).items()))
    made = Made(text, tuple(planned), "", next(iter(units)))
    files.refuse_used(target)
    if dry_run:
        return made
    with files.new_folder(target) as draft:
        for path, file in planned.items():
            place = draft / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.data)
            place.chmod(file.mode)
        snapshots.of(WorkTree(draft)).suite()  # a copy that cannot judge is never handed out
        commit = create(draft, message=f"registry: begin {owner.release_name}", fallback=owner.bot)
    return replace(made, commit=commit)


def source() -> Path:
    """The repository this package runs from. Raises FedfuseError when there is none around it."""
    root = Path(fedfuse.__file__).resolve().parents[2]
    if not all((root / name).exists() for name in (REGISTRY_PATH, "schemas", "pyproject.toml")):
        raise FedfuseError(
            "this fedfuse is installed without the files a registry is made of",
            fix="clone a registry, run scripts/setup in it, and use its .venv/bin/fedfuse init",
        )
    return root


def _registry_yaml(root: Path, owner: Organisation) -> tuple[str, Mapping[str, str]]:
    """The new registry.yaml, and its units with their roles."""
    data = (root / REGISTRY_PATH).read_bytes()
    document = yaml_strict.load(data, path=REGISTRY_PATH)
    settings = snapshots.of(WorkTree(root)).registry()
    if not isinstance(document, Document):
        raise FedfuseError(f"{root / REGISTRY_PATH} is broken", fix="fedfuse validate")
    needed = {unit.split("/")[0] for unit in settings.units}
    if needed != set(owner.providers):
        raise UsageError(
            f"--provider names {', '.join(sorted(owner.providers))}; "
            f"the units are of {', '.join(sorted(needed))}",
            fix="give one --provider PROVIDER=LOGIN:ID for each of them",
        )
    lines = tuple(data.decode("utf-8").splitlines(keepends=True))
    text = template.registry_yaml(
        owner,
        policy=template.policy_part(lines, units_line=document.key_mark(("units",))[0]),
        engine=settings.engine,
        currency=settings.currency,
    )
    return text, {unit: role.name for unit, role in settings.units.items()}


def _planned(
    root: Path, owner: Organisation, registry_yaml: str, units: Mapping[str, str]
) -> dict[str, _File]:
    written = {
        REGISTRY_PATH: registry_yaml,
        "README.md": template.readme(owner, units=units, example=next(iter(units))),
        "CHANGELOG.md": template.changelog(owner, tool=fedfuse.__version__),
        "tests/README.md": template.TESTS,
        **community_template.files(owner, units=units),
    }
    return {
        **_copied(root, owner),
        **{path: _File(text.encode()) for path, text in written.items()},
        **{path: _File(data) for path, data in _rulesets(root, owner).items()},
    }


def _copied(root: Path, owner: Organisation) -> dict[str, _File]:
    """What every registry has alike; what is to be said differently there is."""
    own = snapshots.of(WorkTree(root)).registry().repository
    instead = {
        ".md": (own, owner.repository),
        ".yml": (_TOOLS_OWN_TESTS, "scripts/test"),
    }
    copied = {}
    for path in (path for name in _COPIED for path in _below(root / name)):
        data, mode = path.read_bytes(), 0o755 if path.stat().st_mode & 0o100 else 0o644
        old, new = instead.get(path.suffix, ("", ""))
        data = data.replace(old.encode(), new.encode()) if old else data
        copied[path.relative_to(root).as_posix()] = _File(data, mode)
    return copied


def _rulesets(root: Path, owner: Organisation) -> Mapping[str, bytes]:
    """The rulesets, about the tags and the App of the new organisation."""
    own = f"/{snapshots.of(WorkTree(root)).registry().release_name}-v*".encode()
    found = release_app.read_rulesets(WorkTree(root))
    made = release_app.rulesets(found, (owner.app or ACTIONS).app_id)
    theirs = f"/{owner.release_name}-v*".encode()
    return {path: data.replace(own, theirs) for path, data in made.items()}


def _below(path: Path) -> Iterator[Path]:
    """The plain files at or below a path; none when it does not exist."""
    if path.name in _LEFT_OUT or path.is_symlink():
        return
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in path.iterdir():
            yield from _below(child)
