"""What a check-up says about one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a thing stands."""

    OK = "ok"
    NOTE = "note"
    """It works, but weaker than it could, or it could not be seen."""
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    subject: str
    health: Health
    message: str
    fix: str = ""
    """The one command or edit that mends it."""
