"""Runs the `gh api` commands that doctor prints as fixes, so that a fix is proven to fix."""

import json
import shlex
from pathlib import Path
from typing import Any

from fedfuse.adapters.github_http import Session

_WORDS = {"true": True, "false": False}


def run(session: Session, command: str, *, root: Path) -> None:
    """Run `gh api ... && gh api ...`; only the options that the fixes use are known."""
    for part in command.split(" && "):
        words = shlex.split(part)
        assert words[:3] == ["gh", "api", "-X"], part
        method, path, *options = words[3:]
        session.change(method, f"/{path}", _body(options, root))


def _body(options: list[str], root: Path) -> dict[str, Any]:
    if options[0] == "--input":
        loaded: dict[str, Any] = json.loads((root / options[1]).read_text(encoding="utf-8"))
        return loaded
    body: dict[str, Any] = {}
    for option, field in zip(options[::2], options[1::2], strict=True):
        name, _, text = field.partition("=")
        value = _WORDS.get(text, text) if option == "-F" else text
        outer, _, inner = name.rstrip("]").partition("[")
        if inner:
            body.setdefault(outer, {})[inner] = value
        else:
            body[outer] = value
    return body
