"""The wording of every finding about a file's format (codes E1xx), for YAML and JSON alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.model.document import Mark
from fedfuse.model.finding import Finding


@dataclass(frozen=True, slots=True)
class _Words:
    message: str
    expected: str
    fix: str


_WORDS: Mapping[str, _Words] = {
    "E101": _Words(
        "the file is too large", "", "move prose and bulk data to where the artifact lies"
    ),
    "E102": _Words(
        "the file begins with a byte order mark",
        "UTF-8 without BOM",
        "save the file as UTF-8 without BOM",
    ),
    "E103": _Words("the file is not UTF-8", "UTF-8", "save the file as UTF-8"),
    "E104": _Words(
        "a line ends with a carriage return",
        "LF line ends",
        "save the file with LF line ends (git config core.autocrlf input keeps them)",
    ),
    "E105": _Words("a tab", "spaces", "indent and align with spaces"),
    "E106": _Words(
        "a character that cannot be seen",
        "visible characters, spaces and line feeds",
        "remove the character",
    ),
    "E107": _Words("this is not YAML", "", "correct the line, or the one above it"),
    "E108": _Words("a second document", "one document", "remove the second document"),
    "E109": _Words(
        "a directive, or a line that looks like one",
        "no line that begins with %",
        "remove the line, or indent it if it is text",
    ),
    "E110": _Words("an anchor or alias", "plain values", "write the value out where it is used"),
    "E111": _Words("a tag", "values without tags", "remove the tag, or quote the value"),
    "E112": _Words("values nest too deeply", "", "nest less"),
    "E113": _Words("too many values", "", "move bulk data to where the artifact lies"),
    "E114": _Words(
        "the document is not a mapping", "a mapping", "write the fields as `name: value`"
    ),
    "E115": _Words("a merge key", "keys written out", "write the merged keys out"),
    "E116": _Words("a key that is not text", "text", "quote the key"),
    "E117": _Words("a key that is here already", "each key once", "keep one of the two"),
    "E118": _Words(
        "an unquoted value that YAML readers understand differently",
        "a quoted text, or a value as JSON writes it",
        "quote it",
    ),
    "E119": _Words(
        "a number that readers do not agree on",
        "a finite number, integers within 2^53",
        "write a plain finite number, or quote it if it is a name",
    ),
    "E120": _Words("this is not JSON", "", "correct the line, or the one above it"),
}


def at(
    mark: Mark,
    code: str,
    *,
    path: str,
    detail: str = "",
    expected: str = "",
    found: str = "",
    fix: str = "",
) -> Finding:
    """The finding with this code at a place; `(0, 0)` is the whole file.

    `detail` is added to the message; `expected` and `fix` replace the usual words.
    """
    words = _WORDS[code]
    message = f"{words.message}: {detail}" if detail else words.message
    return Finding(path, *mark, code, message, expected or words.expected, found, fix or words.fix)
