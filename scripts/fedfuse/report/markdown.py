"""Renders blocks as the Markdown that GitHub shows, within the length that GitHub accepts."""

import sys
from collections.abc import Iterable, Iterator, Sequence

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
    counted,
)
from fedfuse.report.escape import code, fenced, line_start, phrase, table_row

MAX_CHARS = 60_000
"""Room in a comment, an issue or a release page: GitHub refuses more than 65,536 characters."""

_SENTENCE = 400
"""Characters that are kept free for each sentence that says what was left out."""
_LEAST = 2_000
"""Characters for which it is worth to show a part of a folded section."""


def render(blocks: Iterable[Block], *, room: int = sys.maxsize, rest: str = "") -> str:
    """The blocks as Markdown of at most `room` characters; nothing foreign in it is active.

    What does not fit is left out and counted: first folded sections, then the entries of tables
    and lists, of which each but the last may then take a third of the room. `rest` is a sentence
    that says where all of it is. Headings, paragraphs and fences are never left out.
    """
    return "\n\n".join(_fitted(tuple(blocks), room - 1, rest)) + "\n"


def _fitted(blocks: Sequence[Block], room: int, rest: str) -> Iterator[str]:
    """The shown form of each block that has one, in order."""
    shown = dict(_fixed(blocks))
    room -= sum(len(part) + 2 for part in shown.values()) + _SENTENCE
    growing = [block for block in enumerate(blocks) if _entries(block[1])]
    shown |= _grown(growing, room, rest)
    room -= sum(len(shown[n]) + 2 for n, _ in growing)
    details = ((n, block) for n, block in enumerate(blocks) if isinstance(block, Details))
    folded = {n: block for n, block in details if block.blocks}
    shown |= _folded(folded, room, rest)
    if missing := [block.title for n, block in folded.items() if n not in shown]:
        named = f"Left out, as GitHub limits the length of a text: {', '.join(missing)}."
        last = max(folded)
        shown[last] = f"{shown.get(last, '')}\n\n{named} {phrase(rest)}".lstrip()
    return (shown[n] for n in sorted(shown))


def _grown(growing: Sequence[tuple[int, Block]], room: int, rest: str) -> dict[int, str]:
    """Every table and list as a whole, or the first entries of each."""
    shown = {n: _cut(block, room, rest) for n, block in growing}
    if sum(len(part) + 2 for part in shown.values()) > room:
        for n, block in growing:
            shown[n] = _cut(block, room if n == growing[-1][0] else room // 3, rest)
            room -= len(shown[n]) + 2
    return shown


def _fixed(blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """Number and form of every block that is shown in any case."""
    for n, block in enumerate(blocks):
        match block:
            case Heading(words=words, level=level):
                yield n, f"{'#' * level} {_words(words)}"
            case Paragraph(content=content):
                if text := "\\\n".join(map(line_start, _lines(content))):
                    yield n, text
            case Fence(lines=lines, language=language):
                if lines:
                    yield n, fenced(lines, language)


def _folded(folded: dict[int, Details], room: int, rest: str) -> dict[int, str]:
    """The folded sections that fit as a whole, and as much of one more as there is room for."""
    shown: dict[int, str] = {}
    for n, block in folded.items():
        whole = _section(block, sys.maxsize, rest)
        if len(whole) + 2 <= room:
            shown[n] = whole
            room -= len(whole) + 2
    for n, block in folded.items():
        if n not in shown and room >= _LEAST:
            part = _section(block, room, rest)
            return shown | ({n: part} if len(part) + 2 <= room else {})
    return shown


def _section(block: Details, room: int, rest: str) -> str:
    opening, closing = f"<details><summary>{block.title}</summary>\n\n", "\n\n</details>"
    body = _fitted(block.blocks, room - len(opening) - len(closing), rest)
    return "\n\n".join(body).join((opening, closing))


def _entries(block: Block) -> int:
    match block:
        case Table(rows=entries) | Items(items=entries):
            return len(entries)
        case _:
            return 0


def _cut(block: Block, room: int, rest: str) -> str:
    """As many entries as fit into the room, and how many are left."""
    head, entries = _table(block) if isinstance(block, Table) else ("", _items(block))
    taken: list[str] = []
    room -= len(head) + _SENTENCE
    for entry in entries:
        room -= len(entry) + 1
        if room < 0:
            break
        taken.append(entry)
    left = _entries(block) - len(taken)
    noun = block.noun if isinstance(block, Table | Items) else ""
    more = f"\n\n…and {counted(left, f'more {noun}')}. {phrase(rest)}" if left else ""
    return head + "\n".join(taken) + more


def _table(table: Table) -> tuple[str, Iterator[str]]:
    count = len(table.columns)
    rules = ("---",) * (count - table.numbers) + ("--:",) * table.numbers
    head = f"{table_row(table.columns)}\n{table_row(rules)}\n"
    return head, (table_row("<br>".join(_lines(cell)) for cell in row) for row in table.rows)


def _items(block: Block) -> Iterator[str]:
    if isinstance(block, Items):
        for number, item in enumerate(block.items, 1):
            mark = f"{number}." if block.numbered else "-"
            yield f"{mark} " + "\\\n   ".join(map(line_start, _lines(item)))


def _lines(content: Content) -> list[str]:
    lines = content.lines if isinstance(content, Lines) else (content,)
    return [line for line in map(_words, lines) if line]


def _words(words: Words) -> str:
    match words:
        case str():
            return phrase(words)
        case Code(text=text, after=after):
            return f"{code(text)}{after}"
        case Strong(words=inner, after=after):
            return f"**{_words(inner)}**{after}"
        case Own(markdown=markdown):
            return markdown
        case tuple():
            return " ".join(filter(None, map(_words, words)))
