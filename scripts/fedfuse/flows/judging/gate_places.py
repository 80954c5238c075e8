"""Which line of its manifest every result of a gate is about."""

from collections.abc import Iterable, Mapping

from fedfuse.adapters.document import Document, Pointer
from fedfuse.flows.judging.judgement import Judged
from fedfuse.model.report import Place
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult

_POINTERS: Mapping[tuple[str, str], Pointer] = {
    ("quality", "floor"): ("metrics", "quality"),
    ("latency", "p95"): ("metrics", "latency_ms_p95"),
    ("latency", "p95-ratio"): ("metrics", "latency_ms_p95"),
    ("latency", "cost"): ("metrics", "cost_per_1k_tokens"),
    ("latency", "pricing"): ("evaluation", "pricing", "as_of"),
    ("compatibility", "contract"): ("contract",),
    ("compatibility", "io"): ("contract", "io"),
    ("agreement", "subject"): ("subject",),
    ("agreement", "quality"): ("metrics", "quality"),
    ("agreement", "p95"): ("metrics", "latency_ms_p95"),
    ("agreement", "cost"): ("metrics", "cost_per_1k_tokens"),
}
"""Gate and check to the part of a manifest, where the check's name alone decides it."""


def of(judged: Iterable[Judged]) -> dict[tuple[str, str, str], Place]:
    """Subject, gate and check of every result to the line of the key that it is about.

    That is line 1 where the manifest has no such key. Never raises.
    """
    return {
        (result.subject, result.gate, result.check): Place(
            one.shipment.path, _line(one.shipment.document, result, one.manifest.role)
        )
        for one in judged
        if one.manifest and one.shipment.document
        for result in one.results
    }


def _line(document: Document, result: GateResult, role: Role) -> int:
    pointer = _pointer(result, role)
    return document.key_mark(pointer)[0] if pointer[0] in document.value else 1


def _pointer(result: GateResult, role: Role) -> Pointer:
    if result.check == "thresholds":
        return ("role",)
    if result.gate == "safety":
        return ("metrics", "safety")
    if pointer := _POINTERS.get((result.gate, result.check)):
        return pointer
    compared = "quality" if result.check.endswith("-quality") else role.superior_metric
    return ("metrics", compared)
