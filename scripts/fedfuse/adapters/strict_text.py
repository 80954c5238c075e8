"""The bytes of a text file, read strictly: small, UTF-8, LF, and nothing that cannot be seen."""

import re
import unicodedata
from collections.abc import Iterator

from fedfuse.adapters import format_finding
from fedfuse.model.document import Mark
from fedfuse.model.finding import Finding

_BOM = b"\xef\xbb\xbf"
_ORDINARY = b"\n" + bytes(range(0x20, 0x7F))
_INVISIBLE = re.compile(
    # Controls but LF.
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f"
    # What Unicode calls default-ignorable: zero-width, bidirectional, fillers, selectors, tags.
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
    # Line separators, surrogates, specials and noncharacters.
    "\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]"
)


def read(data: bytes, *, path: str, max_bytes: int) -> str | tuple[Finding, ...]:
    """The text of a file, or every rule it breaks with the first place of each.

    Of an oversized file nothing else is looked at. Never raises.
    """
    if len(data) > max_bytes:
        limit, size = f"at most {max_bytes} bytes", f"{len(data)} bytes"
        return (format_finding.at((0, 0), "E101", path=path, expected=limit, found=size),)
    if not data.translate(None, _ORDINARY):
        return data.decode("ascii")
    findings = tuple(_broken_rules(data, path))
    return findings or data.decode("utf-8")


def identity(key: str) -> str:
    """Equal for two keys that some reader takes for one: same after NFC and case folding."""
    return unicodedata.normalize("NFC", key).casefold()


def mark_at(text: str, index: int) -> Mark:
    """Line and column of a character of the text."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def invisible_in(text: str) -> tuple[int, str] | None:
    """Where the first character lies that must not occur even as an escape, and its name."""
    match = _INVISIBLE.search(text)
    if match is None:
        return None
    name = unicodedata.name(match[0], "a control or unassigned character")
    return match.start(), f"U+{ord(match[0]):04X} {name}"


def _broken_rules(data: bytes, path: str) -> Iterator[Finding]:
    if data.startswith(_BOM):
        yield format_finding.at((1, 1), "E102", path=path, found="EF BB BF")
    body = data.removeprefix(_BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as err:
        before = body[: err.start].decode("utf-8")
        mark, found = mark_at(before, len(before)), f"byte {body[err.start]:02X}"
        yield format_finding.at(mark, "E103", path=path, found=found)
        return
    if (index := text.find("\r")) >= 0:
        found = "CRLF" if text.startswith("\r\n", index) else "CR"
        yield format_finding.at(mark_at(text, index), "E104", path=path, found=found)
    if (index := text.find("\t")) >= 0:
        yield format_finding.at(mark_at(text, index), "E105", path=path, found="a tab")
    # Those two have been reported.
    if invisible := invisible_in(text.replace("\r", " ").replace("\t", " ")):
        index, found = invisible
        yield format_finding.at(mark_at(text, index), "E106", path=path, found=found)
