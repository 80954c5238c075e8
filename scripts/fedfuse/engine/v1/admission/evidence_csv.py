"""Evidence files: the one spelling of an evaluation run's results (spec section 3)."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

from fedfuse.model.evidence import HEADER, MAX_BYTES, MAX_ERROR_SHARE, PAIRED_HEADER, Evidence, Row
from fedfuse.model.finding import Finding
from fedfuse.model.suite import Item

_MAX_FINDINGS = 100
"""A file this wrong is another kind of file; the rest would only bury the report."""

_SCORE = r"0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?"
_MILLISECONDS = r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9])?"
_TOKENS = r"0|[1-9][0-9]{0,6}"
_CELLS = {
    "item": ("[a-z][0-9]{1,5}", "E405", "a letter and one to five digits"),
    "outcome": ("ok|error", "E406", "`ok` or `error`"),
    "score": (_SCORE, "E407", "0 to 1, at most four decimals"),
    "latency_ms": (_MILLISECONDS, "E407", "milliseconds, at most one decimal"),
    "baseline_latency_ms": (_MILLISECONDS, "E407", "milliseconds, at most one decimal"),
    "input_tokens": (_TOKENS, "E407", "a whole number, at most 9999999"),
    "output_tokens": (_TOKENS, "E407", "a whole number, at most 9999999"),
}
"""Column to the pattern of its cells, the code of a bad cell, and the pattern in words."""
_PATTERNS = {name: re.compile(cell[0]) for name, cell in _CELLS.items()}
_PLAIN = b"\n" + bytes(range(0x20, 0x7F))


def parse(
    data: bytes, *, path: str, items: Sequence[Item]
) -> tuple[Evidence | None, tuple[Finding, ...]]:
    """Evidence is exactly the given items, in order, in the strict form of spec section 3.

    `path` is only quoted in findings. The evidence is None exactly when there are findings, at
    most 100 of them. Never raises.
    """
    spelling = _spelling(data, path)
    if spelling:
        return None, (spelling,)
    columns, cells = _table(data)
    found = tuple(_take(_problems(columns, cells, path, items)))
    if found:
        return None, found
    return Evidence(hashlib.sha256(data).hexdigest(), _rows(columns, cells)), ()


def _table(data: bytes) -> tuple[tuple[str, ...], list[list[str]]]:
    """The header's cells, and those of each row."""
    header, *lines = data.decode("ascii").removesuffix("\n").split("\n")
    return tuple(header.split(",")), [line.split(",") for line in lines]


def _take(findings: Iterable[Finding]) -> Iterator[Finding]:
    for _, finding in zip(range(_MAX_FINDINGS), findings, strict=False):
        yield finding


def _problems(
    columns: tuple[str, ...], cells: list[list[str]], path: str, items: Sequence[Item]
) -> Iterator[Finding]:
    if columns not in (HEADER, PAIRED_HEADER):
        known, header = ",".join(HEADER), ",".join(columns)
        yield _finding("E403", path, line=1, message="unknown header", expected=known, found=header)
        return
    if not _are_plainly_right(cells, columns):
        for number, row in enumerate(cells, start=2):
            yield from _row_problems(row, columns, path=path, number=number)
    yield from _order([row[0] for row in cells], items, path)
    yield from _error_share([row[1] for row in cells if len(row) > 1], path)


def _spelling(data: bytes, path: str) -> Finding | None:
    if len(data) > MAX_BYTES:
        return _finding(
            "E401",
            path,
            message="the evidence file is too large",
            expected=f"at most {MAX_BYTES} bytes",
            found=f"{len(data)} bytes",
        )
    for number, line in enumerate(data.split(b"\n") if data.translate(None, _PLAIN) else (), 1):
        column = next((i for i, byte in enumerate(line, 1) if not 0x20 <= byte < 0x7F), 0)
        if column:
            found = f"byte 0x{line[column - 1]:02x}"
            message = "a byte that is no printable ASCII character"
            return _finding("E402", path, line=number, column=column, message=message, found=found)
    if not data.endswith(b"\n"):
        last = data.count(b"\n") + 1
        return _finding("E402", path, line=last, message="the last line does not end with LF")
    return None


def _are_plainly_right(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> bool:
    """Whether `_row_problems` would find nothing: by column, since most cells repeat others."""
    if any(len(row) != len(columns) for row in rows):
        return False
    distinct = [set(column) for column in zip(*rows, strict=True)]
    return all(
        all(map(_PATTERNS[name].fullmatch, cells))
        for name, cells in zip(columns, distinct, strict=False)
    ) and not any(row[1] == "error" and row[2].strip("0.") for row in rows)


def _row_problems(
    row: Sequence[str], columns: Sequence[str], *, path: str, number: int
) -> Iterator[Finding]:
    if len(row) != len(columns):
        yield _finding(
            "E404",
            path,
            line=number,
            message="wrong number of cells",
            expected=str(len(columns)),
            found=str(len(row)),
        )
        return
    column = 1
    for name, cell in zip(columns, row, strict=True):
        if not _PATTERNS[name].fullmatch(cell):
            _, code, words = _CELLS[name]
            yield _finding(
                code,
                path,
                line=number,
                column=column,
                message=f"bad {name}",
                expected=words,
                found=cell,
            )
        column += len(cell) + 1
    if row[1] == "error" and row[2].strip("0.") != "":
        yield _finding(
            "E408",
            path,
            line=number,
            column=len(row[0]) + len(row[1]) + 3,
            message="an item that ended in an error has a score",
            expected="0",
            found=row[2],
        )


def _order(found: Sequence[str], items: Sequence[Item], path: str) -> Iterator[Finding]:
    """Name the first line that is not the suite's; every later one would only repeat it."""
    for number, (item, name) in enumerate(zip(items, found, strict=False), start=2):
        if item.id != name:
            yield _finding(
                "E405",
                path,
                line=number,
                message="this is not the suite's next item",
                expected=item.id,
                found=name,
            )
            return
    if len(found) != len(items):
        yield _finding(
            "E405",
            path,
            line=min(len(found), len(items)) + 2,
            message="the items are not those of the role's suite parts",
            expected=f"{len(items)} items",
            found=f"{len(found)} items",
        )


def _error_share(outcomes: Sequence[str], path: str) -> Iterator[Finding]:
    errors = outcomes.count("error")
    if errors > MAX_ERROR_SHARE * len(outcomes):
        yield _finding(
            "E409",
            path,
            message="too many items ended in an error",
            expected=f"at most {MAX_ERROR_SHARE:.0%} of {len(outcomes)}",
            found=str(errors),
        )


def _rows(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    """Rows of cells that are right."""
    if not cells:
        return ()
    column = dict(zip(columns, zip(*cells, strict=True), strict=True))
    baseline = column.get("baseline_latency_ms")
    return tuple(
        map(
            Row,
            column["item"],
            map("ok".__eq__, column["outcome"]),
            map(float, column["score"]),
            map(float, column["latency_ms"]),
            map(int, column["input_tokens"]),
            map(int, column["output_tokens"]),
            map(float, baseline) if baseline else repeat(None),
        )
    )


_FIX = "write the file again with `fedfuse eval run`"


def _finding(
    code: str,
    path: str,
    *,
    message: str,
    line: int = 0,
    column: int = 1,
    expected: str = "",
    found: str = "",
) -> Finding:
    return Finding(
        path,
        line,
        column if line else 0,
        code,
        message,
        expected=expected[:80],
        found=found[:80],
        fix=_FIX,
    )
