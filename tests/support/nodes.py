"""A node's folder of releases: what its mirror serves, and what a reader finds in the folder."""

from pathlib import Path

from fedfuse.flows.releasing.mirror import reconcile
from fedfuse.model.bundle import Bundle
from fedfuse.model.channel import Channels, Pointer
from tests.support.bundles import bundle
from tests.support.mirrors import Rig

ONE, TWO, THREE = (bundle(f"1.{minor}.0") for minor in range(3))
BUNDLES = {made.tag: made for made in (ONE, TWO, THREE)}


def serve(rig: Rig, serial: int, production: Bundle, *warm: Bundle) -> None:
    """Make the mirror hold all three releases, with these in production and warm."""
    pointers = tuple(Pointer(each.tag) for each in warm)
    channels = Channels(serial, Pointer(THREE.tag), Pointer(production.tag), pointers)
    reconcile(rig.target(), list(BUNDLES.values()), channels)


def current(to: Path) -> str:
    """The release that `current` names."""
    return str((to / "current").readlink())


def look(to: Path) -> str:
    """The release that serves, resolved once and read whole, as every reader must."""
    tag = current(to)
    assert is_whole(to / tag)
    return tag


def is_whole(folder: Path) -> bool:
    """Whether a folder holds the release it is named after, byte for byte, and nothing else."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if not path.is_dir()
    }
    return files == BUNDLES[folder.name].pulled


def releases(to: Path) -> list[Path]:
    """Every folder that a reader can take for a release."""
    return [path for path in sorted(to.glob("[!.]*")) if path.is_dir() and not path.is_symlink()]


def everything(to: Path) -> dict[str, bytes | str]:
    """The whole folder: hidden files, empty folders, and where links lead."""
    return {path.relative_to(to).as_posix(): _content(path) for path in to.rglob("*")}


def _content(path: Path) -> bytes | str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    return "folder" if path.is_dir() else path.read_bytes()
