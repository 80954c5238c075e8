"""Clones of one registry that are spoiled, and what the honest one says."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support import published_registry
from tests.support.changes import Case, commit_files
from tests.support.cli_runner import Done, fedfuse
from tests.support.git_repositories import Sandbox
from tests.support.registry import RegistrySandbox

AT = "2026-11-20T12:00:00Z"
COMMANDS = (
    ("status", "--at", AT),
    ("history",),
    ("release", "--dry-run", "--no-mirror"),
    ("check", "--base", "main", "--head", "proposal", "--offline", "--at", AT),
    ("audit", "--offline"),
)


@dataclass(frozen=True, slots=True)
class Clone:
    """A clone to be spoiled, and a folder beside it."""

    box: Sandbox
    aside: Path


def honest_registry(root: Path) -> Path:
    """A registry with releases, a signed commit, a merge, a release that no tag holds yet."""
    published_registry.publish(root / "first", releases=2)
    box = published_registry.copy(root / "first", root / "copy")
    box.commit("tool: a name that git quotes", {"docs/\u00e4\u00f6.md": "# \u00e4\n"})
    sign(box)
    box.branch("side")
    box.commit("side: one", {"docs/a.md": "# A\n"})
    box.git("switch", "-q", "main")
    box.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    box.land("aws/runtime-distilled", 2, quality=0.95)
    box.land("aws/inference-benchmark", 2, subject="aws/runtime-distilled@v2", quality=0.95)
    case = Case({"ship": {"unit": "hf/textgen-lora", "version": 3, "quality": 0.97}})
    head = commit_files(box, case.files(box.root / "artifacts"), parent="main")
    box.git("update-ref", "refs/heads/proposal", head)
    box.git("push", "-q", "origin", "main")
    return box.root.parent


def sign(box: RegistrySandbox) -> None:
    """Replace the tip by the same commit with a signature that nobody made."""
    head, _, message = box.git("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    body = f"{head}\n{signature}\n\n{message}\n".encode()
    box.git("reset", "-q", box.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=body))


def copied(honest: Path, aside: Path) -> Clone:
    """A clone of one's own, to be spoiled."""
    shutil.copytree(honest, aside / "copy")
    return Clone(published_registry.copy(honest, aside / "copy"), aside)


def agrees(root: Path, expected: Mapping[tuple[str, ...], Done]) -> None:
    """Every command says the same there, byte for byte, or refuses in one line."""
    for words, honest in expected.items():
        done = fedfuse(root, *words)
        refuses = done.code == 3 and done.out == "" and done.err.count("error: ") == 1
        assert done == honest or refuses, (words, done)


def write_aside(clone: Clone) -> None:
    """Files that settings name: hooks and programs leave a file `ran` beside the clone."""
    (clone.aside / "order").write_text("zzz\n")
    (clone.aside / "attributes").write_text("* -diff filter=x eol=crlf\n")
    (clone.aside / "included").write_text("[log]\n\tshowSignature = true\n[core]\n\tabbrev = 4\n")
    (clone.aside / "hooks").mkdir()
    gpg = clone.aside / "gpg"
    gpg.write_text("#!/bin/sh\necho '[GNUPG:] GOODSIG 1 x'; echo good >&2; exit 0\n")
    hook = clone.aside / "hooks/reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {clone.aside}/ran\n")
    for script in (gpg, hook):
        script.chmod(0o755)
