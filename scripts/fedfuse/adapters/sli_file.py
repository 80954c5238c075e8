"""Samples of SLO counters from a file of JSON lines.

Each line is one sample: `{"at": "2026-11-24T03:07:45Z", "release": "acme-v1.2.0", "objective":
"availability", "instance": "node-1", "good": 611, "total": 617}`. `good` and `total` are what the
instance has counted since it started.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from fedfuse.adapters.files import read_named
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted
from fedfuse.model.slo.counters import Sample
from fedfuse.model.slo.objective import NAMES, Objective

MAX_BYTES = 64 * 1024 * 1024
MAX_LINE_BYTES = 1024
MAX_COUNT = 10**15
_MAX_FINDINGS = 100
_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z", re.ASCII)
_TAG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-v(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}", re.ASCII)
_INSTANCE = re.compile(r"[!-~]{1,100}")
_FIELDS = ("at", "release", "objective", "instance", "good", "total")


@dataclass(frozen=True, slots=True)
class SliFile:
    """The samples of a file that is right."""

    place: str
    """The file, for messages."""
    samples: tuple[Sample, ...]
    """In the file's order."""

    def read(
        self, release: str, objectives: Sequence[Objective], *, start: datetime, end: datetime
    ) -> tuple[Sample, ...]:
        """The samples of a release within `[start, end]`; never raises."""
        names = {objective.name for objective in objectives}
        first, last = start.timestamp(), end.timestamp()
        return tuple(
            one
            for one in self.samples
            if one.release == release and one.objective in names and first <= one.at <= last
        )


def load(path: Path) -> SliFile | tuple[Finding, ...]:
    """Read a file, or say what is wrong with its first hundred wrong lines.

    Raises UsageError when there is no such file, FedfuseError when it cannot be read.
    """
    return parse(read_named(path, most=MAX_BYTES + 1), path=str(path))


def parse(data: bytes, *, path: str) -> SliFile | tuple[Finding, ...]:
    """The samples that JSON lines hold, or findings with their lines; never raises.

    Every line ends with LF, is at most 1 KiB and holds exactly the six fields; within an instance
    and objective time moves on from line to line.
    """
    if len(data) > MAX_BYTES:
        expected = f"at most {MAX_BYTES} bytes"
        return (_finding("E751", path, 0, "the file is too large", expected=expected),)
    lines = data.split(b"\n")
    if lines.pop():
        what = "the last line does not end with LF"
        return (_finding("E751", path, len(lines) + 1, what),)
    read: list[Sample] = []
    findings = tuple(islice(_read(lines, path, read), _MAX_FINDINGS))
    return findings or SliFile(path, tuple(read))


def _read(lines: Sequence[bytes], path: str, read: list[Sample]) -> Iterator[Finding]:
    """Add the samples of the lines that are right, and yield what is wrong with the others."""
    newest: dict[tuple[str, ...], float] = {}
    for number, line in enumerate(lines, start=1):
        sample = _sample(line)
        if not isinstance(sample, Sample):
            code, message, found = sample
            yield _finding(code, path, number, message, found=found)
            continue
        counter = (sample.release, sample.objective, sample.instance)
        if sample.at <= newest.get(counter, -1.0):
            yield _finding("E754", path, number, "time does not move on from its last sample")
        newest[counter] = sample.at
        read.append(sample)


_Wrong = tuple[str, str, str]
"""Code, message and found value."""


def _sample(line: bytes) -> Sample | _Wrong:
    """The sample of a line, or what is wrong with it."""
    raw = _object(line)
    if not isinstance(raw, dict):
        return "E752", raw, ""
    wrong = _wrong(raw)
    return wrong or Sample(datetime.fromisoformat(raw.pop("at")).timestamp(), **raw)


def _object(line: bytes) -> dict[str, Any] | str:
    """The object of a line, or why there is none."""
    if len(line) > MAX_LINE_BYTES:
        return f"a line of more than {MAX_LINE_BYTES} bytes"
    try:
        pairs = json.loads(line.decode("utf-8"), object_pairs_hook=list)
    except (ValueError, RecursionError):
        return "this is not JSON"
    if not line.startswith(b"{"):
        return "this is no JSON object"
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else "a field that is here already"


def _wrong(raw: dict[str, Any]) -> _Wrong | None:
    """The first thing wrong with an object; None for nothing."""
    if raw.keys() != set(_FIELDS):
        return "E752", "the fields are not those of a sample", ", ".join(map(quoted, raw))[:80]
    texts = {name: raw[name] if isinstance(raw[name], str) else "" for name in _FIELDS[:4]}
    for name, fits in (
        ("at", _is_moment(texts["at"])),
        ("release", _TAG.fullmatch(texts["release"])),
        ("objective", texts["objective"] in NAMES),
        ("instance", _INSTANCE.fullmatch(texts["instance"])),
    ):
        if not fits:
            return "E753", f"bad {name}", quoted(raw[name])
    good, total = raw["good"], raw["total"]
    if type(good) is int and type(total) is int and 0 <= good <= total <= MAX_COUNT:
        return None
    return "E753", "bad counts", f"good {quoted(good)}, total {quoted(total)}"


def _is_moment(text: str) -> bool:
    try:
        return _MOMENT.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


_EXPECTED = {
    "E751": f"lines that end with LF, {MAX_BYTES} bytes in all",
    "E752": f"one JSON object with {', '.join(_FIELDS)}",
    "E753": f"UTC time, release tag, one of {', '.join(NAMES)}, a name, 0 <= good <= total",
    "E754": "a later `at` than on the line before of the same instance",
}
_FIXES = {
    "E751": "end every line with LF, and cut the file to the hours that matter",
    "E752": "write the line again, with what was counted since the instance started",
    "E753": "correct the value",
    "E754": "sort the lines by time, and give every process a name of its own",
}


def _finding(
    code: str, path: str, line: int, message: str, *, expected: str = "", found: str = ""
) -> Finding:
    return Finding(
        path,
        line,
        1 if line else 0,
        code,
        message,
        expected=expected or _EXPECTED[code],
        found=found,
        fix=_FIXES[code],
    )
