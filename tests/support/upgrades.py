"""A registry that people edited, and three versions of the tool that it can move through."""

from pathlib import Path

from tests.support.cli_runner import Done
from tests.support.git_repositories import Sandbox
from tests.support.tool_versions import ToolRepository, Version

OWNERS, CHECK, LOCK = ".github/CODEOWNERS", ".github/workflows/check.yml", "fedfuse.lock"
WORDS = (
    *("init", "reg", "--namespace", "acme", "--repo", "acme/registry", "--hub", "dir:../mirror"),
    *("--provider", "hf=alice:1", "--provider", "gcp=bob:2"),
)
TEMPLATE = "scripts/fedfuse/flows/registry/community_template.py"
MINE = {
    OWNERS: ("* @alice @bob\n", "* @alice @bob\n/docs/ @dora\n"),
    CHECK: ("    timeout-minutes:", "    # ours: a slow runner\n    timeout-minutes:"),
    "registry.yaml": ("floor: 0.75", "floor: 0.8"),
}
"""What people of the registry edit: path, text and what they make of it."""


def versions(folder: Path) -> tuple[ToolRepository, tuple[Version, ...]]:
    """Three versions: the second has another head line for owners and for check.yml."""
    there = ToolRepository(folder)
    first = there.version("1.0.0")
    second = there.version(
        "1.1.0",
        {
            TEMPLATE: lambda text: text.replace(
                "# Who approves what;", "# Who approves which file;"
            ),
            CHECK: lambda text: f"# Judges every pull request.\n{text}",
            "schemas/README.md": lambda text: f"{text}\nNew in 1.1.\n",
        },
    )
    third = there.version("1.2.0", {TEMPLATE: lambda text: text.replace("which file;", "what:")})
    return there, (first, second, third)


def registry(first: Version, folder: Path) -> Sandbox:
    """A registry of the first version in `folder/reg`, edited by people."""
    done = first.run(folder, *WORDS, "--tool", first.place)
    assert done.code == 0, done.err
    box = Sandbox(folder / "reg")
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    box.commit("registry: our own rules", {path: edited(box, path, *MINE[path]) for path in MINE})
    return box


def edited(box: Sandbox, path: str, old: str, new: str) -> str | bytes:
    """The text of a file, edited."""
    text = (box.root / path).read_text("utf-8")
    assert old in text, path
    return text.replace(old, new, 1)


def upgrade(box: Sandbox, to: Version, *words: str) -> Done:
    """Run the upgrade to a version."""
    return to.run(box.root, "upgrade", "--tool", to.place, *words)


def state(box: Sandbox) -> tuple[str, str, str]:
    """All that somebody at work in the clone sees."""
    refs = box.git("for-each-ref", "--format=%(refname) %(objectname)")
    return refs, box.git("status", "--porcelain", "--ignored"), box.git("symbolic-ref", "HEAD")


def merge(box: Sandbox, branch: str) -> None:
    """Merge a branch as the code host does."""
    box.git("merge", "-q", "--squash", branch)
    box.commit(f"{branch} (#7)")
    box.git("branch", "-q", "-D", branch)
