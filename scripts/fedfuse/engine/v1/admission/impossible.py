"""Measurements that no run can give, whatever the model: in the rows of evidence, and its price."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fedfuse.engine.interface import Snapshot
from fedfuse.model.contract import ContractDocument
from fedfuse.model.document import Document
from fedfuse.model.evidence import Row
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Contract, Evaluation
from fedfuse.model.suite import Item

_LONGEST_MS = 600_000
"""Ten minutes. Nobody waits longer for one item, and `eval run` gives up sooner."""
_TOKENS_PER_MS = 20
"""The fastest hardware that answers one request gives about 3 tokens per millisecond."""
_SPOKEN = frozenset({"quality", "benign"})
"""Parts in which silence is no right answer."""

_Broken = Callable[[Row, Item], str]
"""What is impossible about a row; empty when it may be true."""


def in_rows(
    rows: Iterable[Row],
    items: Iterable[Item],
    *,
    path: str,
    contract: Contract | None,
    promised: ContractDocument | None,
) -> Iterator[Finding]:
    """The first impossible timing and the first impossible token count of the answered items.

    `contract` is that of the measured version, whose limits hold, as do those of the document that
    it names (`promised`); None where it has none. Never raises.
    """
    limits = contract.io.get("max_input_tokens") if contract else None, _longest_answer(promised)
    answered = [
        (line, row, item)
        for line, (row, item) in enumerate(zip(rows, items, strict=True), start=2)
        if row.ok
    ]
    rules: tuple[tuple[str, _Broken], ...] = (
        ("E427", _timing),
        ("E428", lambda row, item: _tokens(row, item, *limits)),
    )
    for code, rule in rules:
        broken = ((line, rule(row, item)) for line, row, item in answered)
        line, what = next(((at, what) for at, what in broken if what), (0, ""))
        if what:
            fix = "repair what measures, and run `fedfuse eval run` again"
            yield Finding(path, line, 1, code, what, fix=fix)


def _timing(row: Row, _: Item) -> str:
    for name, took_ms in (("latency", row.latency_ms), ("baseline", row.baseline_latency_ms)):
        if took_ms == 0:
            return f"{row.item} was answered in no time ({name})"
        if took_ms is not None and took_ms > _LONGEST_MS:
            return f"{row.item} took more than ten minutes ({name})"
    return ""


def _longest_answer(promised: ContractDocument | None) -> float | None:
    """The largest `max_tokens` that a request may ask for; None where the contract names none."""
    place: Any = promised.document if promised else None
    for name in ("request", "properties", "max_tokens", "maximum"):
        place = place.get(name) if isinstance(place, Mapping) else None
    return place if type(place) in {int, float} else None


def _tokens(row: Row, item: Item, read: int | None, written: float | None) -> str:
    most = read and read * item.texts
    if most and row.input_tokens > most:
        return f"{row.item} read {row.input_tokens} tokens, and the contract allows {most}"
    if written is not None and row.output_tokens > written:
        return f"{row.item} wrote {row.output_tokens} tokens, and the contract allows {written:g}"
    if 0 < row.latency_ms * _TOKENS_PER_MS < row.output_tokens:
        return f"{row.item} wrote {row.output_tokens} tokens in {row.latency_ms} ms"
    if row.score > 0 and row.output_tokens == 0 and item.part in _SPOKEN:
        return f"{row.item} scored {row.score:g} without a word"
    if row.input_tokens == 0:
        return f"{row.item} was answered though no token was read"
    return ""


def in_price(document: Document, evaluation: Evaluation, base: Snapshot) -> Iterator[Finding]:
    """A machine that costs nothing, in a registry that does not say that there are such."""
    if evaluation.per_hour > 0 or base.registry().free_machines:
        return
    yield document.finding(
        "E429",
        ("evaluation", "pricing", "per_hour"),
        message="a machine that costs nothing makes every cost 0",
        expected="the price of the machine per hour",
        found="0",
        fix="write what such a machine costs to rent; registry.yaml may say free_machines: true",
    )
