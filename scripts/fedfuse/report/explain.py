"""What `fedfuse explain` prints about a finding code, a gate, a check or a word."""

import textwrap
from collections.abc import Mapping
from typing import Literal

Form = Literal["text", "markdown"]

_WIDTH = 88


def meanings(of: Mapping[str, str], *, form: Form = "text") -> str:
    """What each verdict of a gate, or each kind of something, means; nothing where none is."""
    if form == "markdown":
        return "".join(f"\n- **{name}:** {said}\n" for name, said in of.items())
    lines = (textwrap.fill(f"{name}: {said}", _WIDTH) for name, said in of.items())
    return "".join(f"{line}\n" for line in lines)


def word(name: str, meaning: str, *, form: Form = "text") -> str:
    """What a word means here; wrapped to 88 columns as text."""
    if form == "markdown":
        return f"### {name}\n\n{meaning}\n"
    return textwrap.fill(f"{name}: {meaning}", _WIDTH) + "\n"


def topic(name: str, title: str, *, why: str, fix: str, form: Form = "text") -> str:
    """A named rule, why it exists and how to satisfy it; wrapped to 88 columns as text.

    The texts are the tool's own Markdown, so nothing is escaped.
    """
    if form == "markdown":
        return f"### {name}\n\n{title}\n\n**Why:** {why}\n\n**Fix:** {fix}\n"
    wrapped = (
        textwrap.fill(f"{label}: {text}", _WIDTH, subsequent_indent="     ")
        for label, text in (("why", why), ("fix", fix))
    )
    return "\n".join((textwrap.fill(f"{name}: {title}", _WIDTH), *wrapped)) + "\n"
