"""What `fedfuse explain` prints about a finding code or a gate."""

import textwrap
from typing import Literal

from fedfuse.model.codes.rule import Rule

Form = Literal["text", "markdown"]

_WIDTH = 88


def rule(rule: Rule, *, form: Form = "text") -> str:
    """The rule behind a finding code."""
    return topic(rule.code, rule.title, why=rule.why, fix=rule.fix, form=form)


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
