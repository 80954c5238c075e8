"""Every foreign string passes here on its way to a reader: nothing in it stays active.

Foreign is whatever a pull request, a tag or a server can influence: paths, values, refs, messages
that quote them. Three targets: a terminal or workflow log (`visible`, `log_line`), Markdown as
GitHub renders it (`code`, `phrase`, `line_start`, `fenced`, `table_row`), and JSON as it is.
"""

import re
from collections.abc import Iterable

MAX_SENTENCE = 800
"""Characters of a sentence that are shown, such as a reason of 500; JSON holds all of it."""
MAX_VALUE = 200
"""Characters of a path or a quoted value that are shown."""
MAX_LINE = 1_000
"""Characters of a line of code that are shown."""

_UNPRINTABLE = re.compile(r"[^ -~]")
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_ATOM = re.compile(
    r"""(?P<lead>\(?)
        (?: `(?P<marked>[^`]+)` | (?P<plain>"[^"]*" | \{.*\} | \[.*\] | \S+?) )
        (?P<tail>\)?[,;:.]?)
        (?=\s|$)""",
    re.VERBOSE,
)
_PROSE = re.compile(
    r"""(?![0-9a-f]{7} | (?i:www)\Z)  # GitHub links what looks like a commit id, and `www.`
        (?: [A-Za-z]+(?:['-][A-Za-z]+)*                          # textgen, non-inferior
          | [a-z]\d{1,3}(?:-[a-z]+)* | \d{1,3}[a-z]              # v3, p95-ratio, 1k
          | \d{4}-\d{2}-\d{2}                                    # 2026-11-20
          | [+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.\d{1,6})?[%x]?  # 15,361, +1.10, 5%, 1.04x
          | -> | <= | >= | [<>=%/] )""",
    re.VERBOSE,
)

_OPENS_A_BLOCK = re.compile(r"\A(\d*)([>.)=])")
"""Where a line begins: a quote, an item of a numbered list, or the rule below a heading."""


def visible(text: str, *, limit: int = MAX_VALUE) -> str:
    r"""The text on one line of printable ASCII, at most `limit` characters; never raises.

    Everything else is shown as an escape such as `\n` or `\u0430`: control and bidirectional
    characters lose their power, and a Cyrillic letter cannot pose as a Latin one. The old form of
    a workflow command (`##[`), which counts anywhere in a line, is broken up.
    """
    return _cut(_printable(text[: limit + 1]), limit)


def log_line(line: str) -> str:
    r"""A whole line of output, whatever it quotes: `visible` of any length, and no command.

    A workflow runner takes a line for a command when it starts with `::`.
    """
    shown = _printable(line)
    return shown.replace("::", r":\u003a", 1) if shown.lstrip().startswith("::") else shown


def code(text: str, *, limit: int = MAX_VALUE) -> str:
    r"""The text as a Markdown code span; `(blank)` for a blank one, which cannot be a span.

    GitHub makes no link, mention, reference, image or HTML of a code span. Backticks are shown as
    `\u0060`, because GitHub gives up on spans whose fence is longer than 80 of them.
    """
    return _span(visible(text, limit=limit), limit)


def phrase(text: str, *, limit: int = MAX_SENTENCE) -> str:
    """A sentence as Markdown prose in which all but harmless words are code spans.

    Harmless are plain words, numbers and a few signs. What the sentence itself puts in backticks,
    quotes or brackets becomes one span. It opens a line only as `line_start` of it: a number there
    could start a list.
    """
    return " ".join(_prose_and_code(visible(text, limit=limit), limit))


def line_start(line: str) -> str:
    """A line of finished Markdown that may open a paragraph or an item and starts nothing else."""
    return _OPENS_A_BLOCK.sub(r"\1\\\2", line)


def fenced(lines: Iterable[str], language: str) -> str:
    """A block of code that none of its lines can end."""
    shown = (visible(line, limit=MAX_LINE).replace("`", r"\u0060") for line in lines)
    return "\n".join((f"```{language}", *shown, "```"))


def table_row(cells: Iterable[str]) -> str:
    """One row of a Markdown table from finished cells, whatever pipes they hold."""
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(_escaped, text).replace("##[", r"#\u0023[")


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    if char in _NAMED:
        return _NAMED[char]
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def _cut(shown: str, limit: int) -> str:
    return shown if len(shown) <= limit else f"{shown[: limit - 3]}..."


def _span(shown: str, limit: int) -> str:
    content = _cut(shown.strip().replace("`", r"\u0060"), limit)
    return f"`{content}`" if content else "(blank)"


def _prose_and_code(shown: str, limit: int) -> Iterable[str]:
    """The atoms of a sentence, each made safe; odd ones in a row share one span."""
    odd: list[str] = []
    for atom in _ATOM.finditer(shown):
        lead, core, tail = atom["lead"], atom["marked"] or atom["plain"], atom["tail"]
        harmless = not atom["marked"] and _PROSE.fullmatch(core) is not None
        if odd and (harmless or lead):
            yield _span(" ".join(odd), limit)
            odd = []
        if harmless:
            yield f"{lead}{core}{tail}"
            continue
        odd.append(core)
        if lead or tail:
            yield f"{lead}{_span(' '.join(odd), limit)}{tail}"
            odd = []
    if odd:
        yield _span(" ".join(odd), limit)
