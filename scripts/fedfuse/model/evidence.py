"""Evidence: the per-item results of one evaluation run, and the metrics they prove."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HEADER = ("item", "outcome", "score", "latency_ms", "input_tokens", "output_tokens")
PAIRED_HEADER = (*HEADER[:4], "baseline_latency_ms", *HEADER[4:])
MAX_BYTES = 192 * 1024
"""Of an evidence file."""
MAX_ERROR_SHARE = 0.05
"""More errors than this make the run itself a finding."""


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one item. No prompts, no outputs, no personal data."""

    item: str
    ok: bool
    """False when the item's outcome is `error`; its score is then 0."""
    score: float
    """0..1, at most four decimals."""
    latency_ms: float
    """Wall time of the request, at most one decimal."""
    input_tokens: int
    output_tokens: int
    baseline_latency_ms: float | None = None
    """Latency of the interleaved baseline run on the same item, where there was one."""

    @property
    def passed(self) -> bool:
        """Whether the item passed: no error and a full score (a NaN score never passes)."""
        return self.ok and self.score >= 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All rows of one run, in suite order."""

    sha256: str
    rows: tuple[Row, ...]

    @property
    def paired(self) -> bool:
        """Whether every row holds the baseline's latency."""
        return bool(self.rows) and all(row.baseline_latency_ms is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Machine:
    """What a run cost and how many requests were in flight."""

    per_hour: float
    """Price of the machine per hour, in the registry's currency."""
    concurrency: int


def to_csv(rows: Sequence[Row]) -> bytes:
    """Every run has exactly one spelling: shortest decimals, LF, header by the first row.

    Numbers are rounded to what the format holds (scores four decimals, milliseconds one).
    Parsing gives back the same rows when they were rounded before.
    """
    paired = bool(rows) and rows[0].baseline_latency_ms is not None
    header = PAIRED_HEADER if paired else HEADER
    lines = [",".join(header), *(",".join(_cells(row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode("ascii")


def _cells(row: Row) -> Iterator[str]:
    yield from (row.item, "ok" if row.ok else "error", _decimal(row.score, 4))
    yield _decimal(row.latency_ms, 1)
    if row.baseline_latency_ms is not None:
        yield _decimal(row.baseline_latency_ms, 1)
    yield from (str(row.input_tokens), str(row.output_tokens))


def _decimal(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".")
