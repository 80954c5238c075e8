"""The wording of every finding about a file's format (codes E1xx), for YAML and JSON alike."""

from collections.abc import Mapping

from fedfuse.model.document import Mark
from fedfuse.model.finding import Finding

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "E101": ("the file is too large", "", "move prose and bulk data to where the artifact lies"),
    "E102": (
        "the file begins with a byte order mark",
        "UTF-8 without BOM",
        "save the file as UTF-8 without BOM",
    ),
    "E103": ("the file is not UTF-8", "UTF-8", "save the file as UTF-8"),
    "E104": (
        "a line ends with a carriage return",
        "LF line ends",
        "save the file with LF line ends (git config core.autocrlf input keeps them)",
    ),
    "E105": ("a tab", "spaces", "indent and align with spaces"),
    "E106": (
        "a character that cannot be seen",
        "visible characters, spaces and line feeds",
        "remove the character",
    ),
    "E107": ("this is not YAML", "", "correct the line, or the one above it"),
    "E108": ("a second document", "one document", "remove the second document"),
    "E109": (
        "a directive, or a line that looks like one",
        "no line that begins with %",
        "remove the line, or indent it if it is text",
    ),
    "E110": ("an anchor or alias", "plain values", "write the value out where it is used"),
    "E111": ("a tag", "values without tags", "remove the tag, or quote the value"),
    "E112": ("values nest too deeply", "", "nest less"),
    "E113": ("too many values", "", "move bulk data to where the artifact lies"),
    "E114": ("the document is not a mapping", "a mapping", "write the fields as `name: value`"),
    "E115": ("a merge key", "keys written out", "write the merged keys out"),
    "E116": ("a key that is not text", "text", "quote the key"),
    "E117": ("a key that is here already", "each key once", "keep one of the two"),
    "E118": (
        "an unquoted value that YAML readers understand differently",
        "a quoted text, or a value as JSON writes it",
        "quote it",
    ),
    "E119": (
        "a number that readers do not agree on",
        "a finite number, integers within 2^53",
        "write a plain finite number, or quote it if it is a name",
    ),
    "E120": ("this is not JSON", "", "correct the line, or the one above it"),
}
"""Code to message, what is expected, and the fix."""


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
    message, usual, mend = _WORDS[code]
    message = f"{message}: {detail}" if detail else message
    return Finding(path, *mark, code, message, expected or usual, found, fix or mend)
