"""Fuse: read one manifest per provider, choose per role, write one descriptor or nothing."""

import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.files import read_named, write_durably
from fedfuse.adapters.json_strict import load_json
from fedfuse.errors import FedfuseError, UsageError
from fedfuse.flows.authoring.fuse_input import candidates, duplicates, problems
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.fused_descriptor import (
    Fused,
    Slot,
    Thresholds,
    choose,
    descriptor,
    render,
    shared_namespace,
)

_MAX_READ_BYTES = 16 * 1024 * 1024
_NAMESPACE = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")


def fuse(
    inputs: Mapping[str, Path], *, output: Path | None, thresholds: Thresholds, namespace: str
) -> Fused:
    """Choose the best passing artifact of each provider and write the fused descriptor.

    `inputs` is provider to file. `output` None judges without writing. An empty namespace means
    the one that the chosen ids share. With findings nothing is written. Raises UsageError for
    options that cannot mean anything, FedfuseError for files that cannot be read or written.
    """
    _check_options(thresholds, namespace)
    data = {provider: _read(path, provider) for provider, path in inputs.items()}
    offers, findings = _parse(inputs, data)
    slots = [
        choose(name, candidates(offer), thresholds=thresholds) for name, offer in offers.items()
    ]
    for slot in slots:
        findings += _refusals(slot, inputs[slot.provider]) if slot.chosen is None else []
    if findings:
        return Fused(tuple(sorted(findings)), None)
    described = descriptor(
        slots,
        namespace=namespace or shared_namespace(slots),
        thresholds=thresholds,
        inputs={provider: sha256(content) for provider, content in data.items()},
    )
    if output is not None:
        _write(output, render(described), inputs=inputs)
    return Fused((), described)


def _check_options(thresholds: Thresholds, namespace: str) -> None:
    for name, limit in asdict(thresholds).items():
        is_share = name.startswith("min_")
        if not (0 <= limit <= 1 if is_share else 0 < limit < math.inf):
            raise UsageError(
                f"--{name.replace('_', '-')} is {limit}",
                fix="give a share from 0 to 1" if is_share else "give a finite number above 0",
            )
    if namespace and not _NAMESPACE.fullmatch(namespace):
        raise UsageError(
            "--namespace is no name", fix="use lower-case letters, digits and single hyphens"
        )


def _read(path: Path, provider: str) -> bytes:
    """All of any sane file, so that an oversized one is told its size; never fills the memory."""
    fix = f"check the path given to --{provider}-manifest"
    return read_named(path, most=_MAX_READ_BYTES, fix=fix)


def _parse(
    inputs: Mapping[str, Path], data: Mapping[str, bytes]
) -> tuple[dict[str, Document], list[Finding]]:
    """The files that are right, and what is wrong with the others."""
    offers: dict[str, Document] = {}
    findings: list[Finding] = []
    json = partial(load_json, max_bytes=yaml_strict.MAX_BYTES)
    for provider, path in inputs.items():
        load = json if path.suffix == ".json" else yaml_strict.load
        found = load(data[provider], path=str(path))
        wrong = problems(found, provider) if isinstance(found, Document) else found
        findings += wrong
        if isinstance(found, Document) and not wrong:
            offers[provider] = found
    return offers, [*findings, *duplicates(offers.values())]


def _refusals(slot: Slot, path: Path) -> list[Finding]:
    """One finding for each candidate of a role that nobody fills."""
    return [
        Finding(
            path=str(path),
            line=0,
            column=0,
            code="E908",
            message=f"{one.candidate.id} is refused, as is every other {slot.role} artifact here",
            found=", ".join(one.shortfalls),
            fix="ship a better artifact, or set the limit with the --min and --max options",
        )
        for one in slot.refused
    ]


def _write(output: Path, data: bytes, *, inputs: Mapping[str, Path]) -> None:
    """Put the file in place in one step: readers see the old one or the new one."""
    try:
        if output.exists() and not output.is_file():
            raise UsageError(f"{output}: this is no file", fix="give --output the path of a file")
        if output.exists() and any(output.samefile(path) for path in inputs.values()):
            raise UsageError(f"{output}: this is an input", fix="give --output another path")
        draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
        try:
            write_durably(draft, data)
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as err:
        fix = "give --output a path in a folder that exists and can be written"
        raise FedfuseError(f"{output}: {err.strerror}", fix=fix) from err
