"""What `fedfuse explain` says about a finding code, a gate, a check or a word."""

import textwrap
from collections.abc import Mapping
from typing import Any

from fedfuse.report.blocks import Block, Items, Own, Paragraph

_WIDTH = 88
_INDENT = " " * 5


def blocks(topic: Mapping[str, Any]) -> tuple[Block, ...]:
    """What the topic says, why it is so, how to satisfy it, and what its verdicts or kinds mean.

    The texts are the tool's own Markdown, so nothing is escaped. A terminal wraps them.
    """
    labelled = {topic["topic"]: topic["says"], "why": topic.get("why"), "fix": topic.get("fix")}
    meanings: Mapping[str, str] = topic.get("verdicts") or topic.get("kinds", {})
    return (
        *(Paragraph(_labelled(label, text)) for label, text in labelled.items() if text),
        Items([_labelled(name, meaning) for name, meaning in meanings.items()]),
    )


def _labelled(label: str, text: str) -> Own:
    return Own(
        f"**{label}:** {text}", textwrap.fill(f"{label}: {text}", _WIDTH, subsequent_indent=_INDENT)
    )
