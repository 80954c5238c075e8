"""Changes for tests: a good shipment, the few edits that spoil it, and the commit that adds it.

These are the fields of a change. Every field may be absent:

    ship: {unit: gcp/embedder, version: 2, quality: 0.95}   # of `tests.support.registry.shipment`
    evaluate: {subject: gcp/embedder@v1, by: aws}           # those of `remeasurement`, instead
    evidence: [{find: REGEX, put: TEXT, times: 1}]          # edits of the CSV
    set: {artifact.files.0.size: -1}                        # fields of the manifest
    delete: [metrics.safety]
    manifest: [{find: REGEX, put: TEXT}]                    # edits of the manifest's text
    move: {OLD PATH: NEW PATH}
    files: {PATH: TEXT}                                     # more files, added or overwritten
    policy: {namespace: acme-labs}                          # other fields of registry.yaml

Without both it is a better v2 of hf/textgen-lora; with `ship: {}` there is no shipment. What edits
the manifest edits the Evaluation where the case has one. After
edits of the CSV the manifest declares what the CSV then holds, before `set` and `delete` apply.
A text may be written as `{repeat: TEXT, times: N}`. The corpus holds changes of this form.
"""

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fedfuse.adapters.git.repository import Repository
from fedfuse.engine.v1.admission import evidence_csv
from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.roles import ROLES
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.releasing import release
from fedfuse.model.canonical import sha256
from fedfuse.model.report import Report
from fedfuse.model.yaml_text import render
from tests.support.corpus import text
from tests.support.evaluations import remeasurement
from tests.support.git_repositories import Sandbox
from tests.support.registry import MACHINE, UNITS, RegistrySandbox, policy, shipment
from tests.support.small_suite import PARTS, SUITE

BETTER: Mapping[str, Any] = {"unit": "hf/textgen-lora", "version": 2, "quality": 0.95}


@dataclass(frozen=True, slots=True)
class Case:
    """A change, as its fields say it; an unknown field fails the test."""

    fields: Mapping[str, Any]

    def __post_init__(self) -> None:
        manifest = {"ship", "evaluate", "evidence", "set", "delete", "manifest"}
        known = {*manifest, "move", "files", "policy"}
        assert self.fields.keys() <= known, sorted(self.fields.keys() - known)

    def files(self, artifacts: Path) -> dict[str, bytes]:
        """The files that the case's change adds or overwrites; artifacts go below a folder."""
        facts = self.fields.get("ship", BETTER)
        if "evaluate" in self.fields:
            files = self._edited(partial(remeasurement, **self.fields["evaluate"]))
        else:
            made = partial(shipment, artifacts=artifacts, **facts)
            files = self._edited(made) if facts else {}
        for old, new in self.fields.get("move", {}).items():
            files[new] = files.pop(old)
        if "policy" in self.fields:
            files["registry.yaml"] = render(policy(**self.fields["policy"])).encode()
        return files | {path: text(t).encode() for path, t in self.fields.get("files", {}).items()}

    def _edited(self, make: Callable[..., dict[str, str | bytes]]) -> dict[str, bytes]:
        document: dict[str, Any] = {}

        def keep(made: dict[str, Any]) -> None:
            document.update(deepcopy(made))

        files = make(edit=keep)
        (path,) = (path for path in files if path.endswith(".yaml"))
        csv = next((path for path in files if path.endswith(".csv")), None)
        if csv is not None and "evidence" in self.fields:
            rows = _edited(_bytes(files[csv]).decode("ascii"), self.fields["evidence"])
            files[csv] = rows.encode()
            _declare(document, rows.encode())
        for pointer, value in self.fields.get("set", {}).items():
            holder, key = _holder(document, pointer)
            holder[key] = _value(value)
        for pointer in self.fields.get("delete", ()):
            holder, key = _holder(document, pointer)
            del holder[key]
        manifest = _edited(render(document), self.fields.get("manifest", ()))
        files[path] = manifest.encode("utf-8", "surrogatepass")
        return {path: _bytes(content) for path, content in files.items()}


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _declare(document: dict[str, Any], csv: bytes) -> None:
    """Let the manifest say of the CSV what is true, as far as the CSV can be read."""
    subject = document.get("subject", "").partition("@")[0]
    if document["kind"] == "Evaluation":
        role = ROLES[UNITS[subject]]
    else:
        role = ROLES[UNITS[subject]].as_reported() if subject else ROLES[document["role"]]
    document["evaluation"]["evidence"] |= {
        "sha256": sha256(csv),
        "items": max(csv.count(b"\n") - 1, 1),
    }
    evidence, _ = evidence_csv.parse(csv, path="x.csv", items=SUITE.items(role.parts))
    if evidence:
        numbers = metrics(evidence, PARTS, role=role, machine=MACHINE)
        document["metrics"] |= {n: round(v, 9) for n, v in numbers.items() if math.isfinite(v)}


def _edited(content: str, edits: Sequence[Mapping[str, Any]]) -> str:
    for edit in edits:
        put = text(edit["put"]).replace("\\", r"\\")
        pattern = re.compile(edit["find"], re.MULTILINE)
        content, count = pattern.subn(put, content, count=edit.get("times", 0))
        assert count, f"nothing matches {edit['find']}"
    return content


def _value(value: Any) -> Any:
    repeated = isinstance(value, dict) and value.keys() == {"repeat", "times"}
    return text(value) if repeated else value


def _holder(document: Any, pointer: str) -> tuple[Any, Any]:
    """The collection a dotted pointer ends in, and the last step."""
    steps = [int(step) if step.isdigit() else step for step in pointer.split(".")]
    for step in steps[:-1]:
        document = document[step]
    return document, steps[-1]


def released_registry(root: Path) -> RegistrySandbox:
    """A registry whose first release is tagged, so that judging a change folds no history."""
    box = RegistrySandbox.create(root)
    box.land_first_release()
    with Repository(root) as repository:
        release.reconcile(repository, until="main", remote=None, artifact_check=None)
    return box


def check(box: Sandbox, head: str, *, base: str = "main", **options: Any) -> Report:
    """What check says of a commit; the judgement may not touch a single file."""
    before = set(_files_below(box.root))
    with Repository(box.root) as repository:
        report = check_pull_request(repository, base=base, head=head, **options)
    assert set(_files_below(box.root)) == before
    return report


def said(report: Report) -> list[str]:
    """Code and place of every finding, as expectations spell them."""
    return [f"{finding.code} {finding.place}" for finding in report.all_findings]


def _files_below(folder: Path | str) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of the last change of every file."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(entry.path)
            else:
                stat = entry.stat(follow_symlinks=False)
                yield entry.path, stat.st_size, stat.st_mtime_ns


def commit_files(box: Sandbox, files: Mapping[str, bytes], *, parent: str) -> str:
    """The sha of a commit that adds or overwrites files, made by one git process.

    No branch moves and no work tree changes.
    """
    stream = [
        b"commit refs/cases/newest",
        b"mark :1",
        f"committer Ada <ada@example.org> {box.clock} +0000".encode(),
        b"data 4\ncase",
        f"from {parent}".encode(),
    ]
    for path, content in files.items():
        stream += [f"M 100644 inline {path}\ndata {len(content)}".encode(), content]
    stream += [b"get-mark :1", b""]
    return box.git("fast-import", "--quiet", "--force", stdin=b"\n".join(stream))
