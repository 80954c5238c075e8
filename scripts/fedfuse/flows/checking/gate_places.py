"""Which line of its manifest every result of a gate is about."""

from collections.abc import Iterable, Mapping

from fedfuse.engine.guide import GateGuide
from fedfuse.model.document import Document
from fedfuse.model.judgement import Judged
from fedfuse.model.report import Place
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult


def of(
    judged: Iterable[Judged], guides: Mapping[str, GateGuide]
) -> dict[tuple[str, str, str], Place]:
    """Subject, gate and check of every result to the line of the key that it is about.

    That is line 1 where the manifest has no such key. Never raises.
    """
    return {
        (result.subject, result.gate, result.check): Place(
            one.path, _line(one.document, result, one.manifest.role, guides)
        )
        for one in judged
        if one.manifest and one.document
        for result in one.results
    }


def _line(
    document: Document, result: GateResult, role: Role, guides: Mapping[str, GateGuide]
) -> int:
    missing = result.check == "thresholds"
    pointer = ("role",) if missing else guides[result.gate].place(result.check, role)
    return document.key_mark(pointer)[0] if pointer and pointer[0] in document.value else 1
