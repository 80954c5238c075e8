"""Finds the git directory of a folder, without starting git."""

from pathlib import Path

from fedfuse.errors import UsageError


def git_dir(root: Path) -> Path:
    """The git directory of a top folder or of a bare repository; never that of a folder above.

    Raises UsageError for any other folder.
    """
    top = root.absolute()
    for candidate in (top / ".git", top):
        if _is_git_dir(candidate):
            return candidate
    return _pointed_at(root)


def common_dir(git_dir: Path) -> Path:
    """Where the objects and the list of a shallow clone are; a linked work tree shares them."""
    named = git_dir / "commondir"
    return git_dir / named.read_text().strip() if named.is_file() else git_dir


def _is_git_dir(folder: Path) -> bool:
    return (
        all((folder / name).is_dir() for name in ("objects", "refs"))
        and (folder / "HEAD").is_file()
    )


def _pointed_at(root: Path) -> Path:
    """The git directory that a linked work tree's `.git` file names."""
    import git  # noqa: PLC0415, TID251 - this package is the adapter; an import of 80 ms

    try:
        with git.Repo(root, search_parent_directories=False, expand_vars=False) as repo:
            return Path(repo.git_dir)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError) as err:
        above = next((one for one in root.resolve().parents if (one / ".git").exists()), None)
        raise UsageError(
            f"{root} is not the top folder of a git repository",
            fix=f"pass --root {above}" if above else "run the command there, or pass --root DIR",
        ) from err
