"""The parts of a report. A report is a function from a value to blocks; two renderers show them.

`fedfuse.report.markdown` and `fedfuse.report.text` are the only renderers, and they escape. A plain
string in a block is a sentence that may quote foreign text. A table or list without entries, and an
empty paragraph, are not shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Code:
    """A name, path or value, quoted exactly."""

    text: str
    after: str = ""
    """Our own punctuation right behind it."""
    on_terminal: str = ""
    """The same where no other style tells it from the next word."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out in Markdown."""

    words: "Words"
    after: str = ""
    """Our own punctuation right behind it."""


@dataclass(frozen=True, slots=True)
class Own:
    """Our own words in the form that each renderer needs. They are not escaped."""

    markdown: str
    text: str
    """One line, or several where a line is too long for a terminal."""


Words: TypeAlias = str | Code | Strong | Own | tuple["Words", ...]
"""Words of one line. The parts of a tuple are separated by spaces."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Several lines in one place."""

    lines: tuple[Words, ...]


Content: TypeAlias = Words | Lines


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    words: Words
    level: int = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    content: Content


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. A terminal aligns the columns and shows no header."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Content, ...]]
    noun: str = "row"
    """What a row is, where rows are left out and counted."""
    numbers: int = 0
    """How many columns, counted from the last, hold numbers."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list. A numbered one holds problems, which a terminal separates by empty lines."""

    items: Sequence[Content]
    noun: str = "item"
    """What an item is, where items are left out and counted."""
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """Lines of code, shown as they are."""

    lines: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Details:
    """A section that GitHub folds. It is the first to go when there is little room."""

    title: str
    """Our own words."""
    blocks: tuple["Block", ...]


Block: TypeAlias = Heading | Paragraph | Table | Items | Fence | Details


def counted(number: int, noun: str) -> str:
    """`1 problem`, `2,000 problems`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
