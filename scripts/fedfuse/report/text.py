"""Renders blocks for a terminal or a log: lines of printable ASCII, none of which can act."""

from collections.abc import Iterable, Iterator

from fedfuse.report.blocks import (
    Block,
    Code,
    Content,
    Details,
    Fence,
    Heading,
    Items,
    Lines,
    Own,
    Paragraph,
    Strong,
    Table,
    Words,
)
from fedfuse.report.escape import MAX_LINE, MAX_SENTENCE, log_line, visible

_INDENT = "  "


def render(blocks: Iterable[Block]) -> str:
    """The blocks with an empty line between them; what a paragraph introduces follows it directly.

    Foreign text is printable ASCII on one line; none is a terminal escape or workflow command.
    """
    return "".join(f"{log_line(line.rstrip())}\n" for line in _lines(blocks))


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    introduced = False
    for number, block in enumerate(block for block in blocks if _has_content(block)):
        below = introduced and _is_led(block)
        if number and not below:
            yield ""
        yield from (f"{_INDENT * below}{line}" for line in _block(block))
        introduced = isinstance(block, Heading | Paragraph)


def _is_led(block: Block) -> bool:
    """Whether the block belongs to the paragraph before it. Problems stand apart."""
    return isinstance(block, Table | Fence) or (isinstance(block, Items) and not block.numbered)


def _has_content(block: Block) -> bool:
    match block:
        case Table(rows=entries) | Items(items=entries) | Details(blocks=entries):
            return bool(entries)
        case Fence(lines=lines):
            return bool(lines)
        case Heading(words=content) | Paragraph(content=content):
            return any(_content(content))


def _block(block: Block) -> Iterable[str]:
    match block:
        case Heading(words=content) | Paragraph(content=content):
            return _content(content)
        case Table():
            return _table(block)
        case Items():
            return _items(block)
        case Fence(lines=lines):
            return [visible(line, limit=MAX_LINE) for line in lines]
        case Details(title=title, blocks=blocks):
            return [f"{title}:", *(f"{_INDENT}{line}" for line in _lines(blocks))]


def _table(table: Table) -> Iterator[str]:
    """Aligned columns. The further lines of a cell stand below its first."""
    rows = [[_content(cell) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*map(_widest, rows), strict=True)]
    for row in rows:
        for line in range(max(map(len, row))):
            cells = (cell[line] if line < len(cell) else "" for cell in row)
            yield _INDENT.join(f"{cell:{w}}" for cell, w in zip(cells, widths, strict=True))


def _widest(row: list[list[str]]) -> Iterator[str]:
    """The longest line of each cell."""
    return (max(cell, key=len, default="") for cell in row)


def _items(items: Items) -> Iterator[str]:
    for number, item in enumerate(items.items):
        if number and items.numbered:
            yield ""
        first, *rest = _content(item) or [""]
        yield first
        yield from (f"{_INDENT}{line}" for line in rest)


def _content(content: Content) -> list[str]:
    lines = content.lines if isinstance(content, Lines) else (content,)
    return [line for words in map(_words, lines) for line in words.splitlines()]


def _words(words: Words) -> str:
    match words:
        case str():
            return visible(words, limit=MAX_SENTENCE)
        case Code(text=text, after=after, on_terminal=punctuation):
            return f"{visible(text)}{after}{punctuation}"
        case Strong(words=inner, after=after):
            return f"{_words(inner)}{after}"
        case Own(text=text):
            return text
        case tuple():
            return " ".join(filter(None, map(_words, words)))
