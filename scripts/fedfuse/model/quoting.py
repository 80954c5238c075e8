"""Foreign values made fit to print: short, one line, ASCII."""

import json
from typing import Any

MAX_CHARACTERS = 60


def quoted(value: Any) -> str:
    """A value from a file as one short line of ASCII; never raises.

    Texts are spelled as JSON strings, so that control characters are harmless and look-alike
    letters visible. Mappings and lists are only named. Long texts are cut.
    """
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value[: MAX_CHARACTERS + 1] if isinstance(value, str) else value)
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 3]}..."
