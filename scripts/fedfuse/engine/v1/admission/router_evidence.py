"""The evidence of a router: what it chose for each test item, and the macro-F1 that follows."""

import re
from collections.abc import Iterator, Sequence

from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.router import EVIDENCE_HEADER, Router, macro_f1
from fedfuse.model.suite import Item

TOLERANCE = 1e-6
"""How far the stated macro-F1 may be from the one that the evidence gives."""
FLOOR = 0.8
"""The least macro-F1 of a router that chooses among the prompt types of a release."""
_ROW = re.compile(r"([a-z][0-9]{1,5}),([a-z0-9-]{1,64}),(?:0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?)")


def findings(
    document: Document, router: Router, data: bytes, *, path: str, items: Sequence[Item]
) -> Iterator[Finding]:
    """What is wrong with the evidence; `items` are the test items of the router's labels."""
    header, *rows = data.decode("ascii", "replace").split("\n")
    if header != EVIDENCE_HEADER or len(rows) != len(items) + 1 or rows[-1]:
        what = f"the file is not {EVIDENCE_HEADER} and one line for each test item"
        yield _wrong(path, 1, what, expected=f"{len(items)} items, LF after each")
        return
    chosen: list[tuple[str, str]] = []
    for number, (item, row) in enumerate(zip(items, rows, strict=False), start=2):
        cells = _ROW.fullmatch(row)
        if cells is None or cells[1] != item.id or cells[2] not in router.labels:
            what = "this is not the next test item with one of the labels and a score"
            yield _wrong(path, number, what, expected=f"{item.id},<label>,<0 to 1, 4 decimals>")
            return
        chosen.append((item.category, cells[2]))
    yield from _macro_f1(document, router, macro_f1(router.labels, chosen))


def _macro_f1(document: Document, router: Router, proven: float) -> Iterator[Finding]:
    shown = f"{proven:.6f}"
    if not abs(router.macro_f1 - proven) <= TOLERANCE:
        yield document.finding(
            "E477",
            ("macro_f1",),
            message="the macro-F1 is not the one of the evidence",
            expected=shown,
            found=str(router.macro_f1),
            fix=f"write {shown}",
        )
    elif proven < FLOOR:
        yield document.finding(
            "E478",
            ("macro_f1",),
            message="the router is wrong too often",
            expected=f"at least {FLOOR}",
            found=shown,
            fix="train it on more template families, or route fewer prompt types",
        )


def _wrong(path: str, line: int, message: str, *, expected: str) -> Finding:
    fix = "write the folder again with `fedfuse fuse router`"
    return Finding(path, line, 1, "E476", message, expected, fix=fix)
