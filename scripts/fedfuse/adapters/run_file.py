"""Reads the run file that lies beside an evidence file."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fedfuse.adapters.files import read_named
from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.schemas import Validator
from fedfuse.model import canonical
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.run_record import Asked, Hardware, Measured, Pricing, RunRecord, Tool

_MAX_BYTES = 64 * 1024


def path_of(evidence: Path) -> Path:
    """Where the run file of an evidence file lies: `evidence.csv` has `evidence.run.json`."""
    return evidence.with_suffix(".run.json")


def read(evidence: Path) -> tuple[Document, RunRecord] | tuple[Finding, ...] | None:
    """The run file of an evidence file, as read and as a value; None when there is none.

    Findings for everything that is wrong with it. Raises what `read_named` raises.
    """
    path = path_of(evidence)
    if not path.exists():
        return None
    data = read_named(path, most=_MAX_BYTES + 1)
    document = load_json(data, path=str(path), max_bytes=_MAX_BYTES)
    if not isinstance(document, Document):
        return document
    return _validator().findings(document) or (document, _record(document.value))


def _record(raw: Mapping[str, Any]) -> RunRecord:
    return RunRecord(
        **{name: raw[name] for name in _PLAIN},
        suite=Measured(**raw["suite"]),
        candidate=Asked(**raw["candidate"]),
        run=Tool(**raw["run"]),
        baseline=Asked(**raw["baseline"]) if "baseline" in raw else None,
        hardware=Hardware(**raw["hardware"]) if "hardware" in raw else None,
        pricing=Pricing(**raw["pricing"]) if "pricing" in raw else None,
    )


@cache
def _validator() -> Validator:
    return Validator(canonical.dumps(_SCHEMA), path="the schema of run files")


def _text(pattern: str, title: str, *, most: int) -> Mapping[str, Any]:
    return {"type": "string", "title": title, "maxLength": most, "pattern": f"^{pattern}$(?!\\n)"}


def _fields(*optional: str, **fields: Mapping[str, Any]) -> Mapping[str, Any]:
    required = [name for name in fields if name not in optional]
    shape = {"type": "object", "additionalProperties": False}
    return {**shape, "required": required, "properties": fields}


_WORDS = _text("[^\\n]{1,300}", "a line of text", most=300)
_LABEL = _text(
    "[A-Za-z0-9](?:[A-Za-z0-9 ._:/()+-]*[A-Za-z0-9._:/()+-])?",
    "letters, digits, spaces and ._:/()+-, at most 64",
    most=64,
)
_SHA256 = _text("[0-9a-f]{64}", "64 lower-case hex digits", most=64)
_DAY = _text("20[0-9]{2}-[0-9]{2}-[0-9]{2}", "a day as 2026-11-20", most=10)
_MOMENT = _text(
    "20[0-9]{2}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}Z", "UTC as 2026-11-20T13:00:00Z", most=20
)
_COUNT = {"type": "integer", "title": "a whole number from 1", "minimum": 1}
_ASKED = _fields(model=_WORDS, config_sha256=_SHA256)
_PLAIN: Mapping[str, Mapping[str, Any]] = {
    "evidence_sha256": _SHA256,
    "role": _WORDS,
    "seed": {"type": "integer", "title": "a whole number from 0", "minimum": 0},
    "concurrency": _COUNT,
    "started_at": _MOMENT,
    "ended_at": _MOMENT,
}
_SCHEMA = _fields(
    *("baseline", "hardware", "pricing"),
    apiVersion={"const": "fedfuse/v1"},
    kind={"const": "Run"},
    **_PLAIN,
    suite=_fields(name=_WORDS, version=_COUNT, sha256=_SHA256),
    candidate=_ASKED,
    run=_fields(
        *("engine", "log_sha256"), tool=_LABEL, version=_LABEL, engine=_LABEL, log_sha256=_SHA256
    ),
    baseline=_ASKED,
    hardware=_fields(accelerator=_WORDS, region=_WORDS),
    pricing=_fields(
        per_hour={"type": "number", "title": "a price from 0", "minimum": 0}, as_of=_DAY
    ),
)
