"""Pull requests of the demonstration: a branch, its judgement, and the merge of what passed."""

from pathlib import Path

from fedfuse_demo.stage import Stage

MAINTAINER = 100
ACTORS = {"hf": 101, "gcp": 102, "aws": 103}
"""Numeric account ids, as the code host knows them."""


def fresh_branch(stage: Stage, where: Path, branch: str) -> None:
    """Begin a branch on what main is now."""
    stage.git(where, "fetch", "-q", "origin")
    stage.git(where, "switch", "-q", "-c", branch, "origin/main")


def judge(
    stage: Stage,
    branch: str,
    *,
    actor: int,
    says: tuple[str, ...],
    expect: int = 0,
    form: str = "text",
    show: bool = True,
) -> None:
    """Judge a branch as the trusted workflow does: base decides, the author's id is known.

    Without `show` only the verdict is told.
    """
    maintainer = stage.clone_of("maintainer")
    stage.git(maintainer, "fetch", "-q", "origin")
    said = stage.fedfuse(
        maintainer,
        *("check", "--base", "origin/main", "--head", f"origin/{branch}"),
        *("--actor-id", str(actor), "--format", form),
        expect=expect,
        says=("complete: true", *says),
        show=show,
    )
    if not show:
        stage.say(f"    {said.strip().splitlines()[0]}")


def merge(stage: Stage, branch: str) -> None:
    """Squash the branch onto main, as the ruleset allows nothing else."""
    maintainer = stage.clone_of("maintainer")
    stage.git(maintainer, "fetch", "-q", "origin")
    stage.git(maintainer, "merge", "-q", "--squash", f"origin/{branch}")
    stage.git(maintainer, "commit", "-qm", f"Merge {branch}")
    stage.git(maintainer, "push", "-qu", "origin", "main")
    stage.say("    merged")
