"""A new gate is one file, its place in the roster, the roles that have it, and its thresholds."""

import json
from pathlib import Path

from fedfuse.model.yaml_text import render
from tests.support import next_engine
from tests.support.registry import TOOL, RegistrySandbox, policy

GATE = '''"""The size gate: what is shipped is small enough to be served."""

from dataclasses import dataclass

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate
from fedfuse.model.document import Pointer
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult, Verdict


@dataclass(frozen=True, slots=True)
class SizePolicy:
    """Thresholds of the size gate."""

    max_bytes: int


def judge(case: Case) -> tuple[GateResult, ...]:
    """The files together are at most so large. Never raises."""
    limit = SizePolicy(**case.policy["size"]).max_bytes
    manifest = case.shipment.manifest
    size = sum(file.size for file in manifest.artifact.files)
    verdict = Verdict.PASS if size <= limit else Verdict.FAIL
    reason = f"{size:,} bytes, limit {limit:,}"
    return (GateResult("size", "bytes", manifest.ref, verdict, size, limit, reason=reason),)


def _place(_check: str, _role: Role) -> Pointer:
    return ("artifact", "files")


GATE = Gate(
    "size",
    judge,
    GateGuide(
        rule="The files of an artifact together are at most `size.max_bytes` large.",
        why="A node has to hold the artifact in memory.",
        fix="Ship fewer or smaller files.",
        verdicts={Verdict.PASS: "small enough", Verdict.FAIL: "too large"},
        next_step="ship fewer or smaller files",
        place=_place,
        waivable=True,
    ),
)
'''


def edited(tool: Path, path: str, before: str, after: str) -> None:
    file = tool / "fedfuse" / path
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_a_gate_is_added_by_four_files(tmp_path: Path) -> None:
    tool = next_engine.make(tmp_path / "tool", engines=(1,))
    (tool / "fedfuse/engine/v1/gates/size.py").write_text(GATE)
    edited(tool, "engine/v1/gates/roster.py", "    safety,\n", "    safety,\n    size,\n")
    edited(tool, "engine/v1/gates/roster.py", "table.GATE)", "table.GATE, size.GATE)")
    edited(
        tool,
        "engine/v1/roles.py",
        '"safety", "compatibility")',
        '"safety", "compatibility", "size")',
    )
    schema = json.loads((TOOL / "schemas/registry.v1.schema.json").read_text())
    section = {
        "type": "object",
        "required": ["max_bytes"],
        "properties": {"max_bytes": {"type": "integer", "minimum": 0, "maximum": 10**15}},
        "additionalProperties": False,
    }
    schema["$defs"]["generation"]["properties"]["size"] = section

    roles = policy()["roles"]
    roles["textgen"] = {**roles["textgen"], "size": {"max_bytes": 10}}
    box = RegistrySandbox.create(tmp_path / "registry")
    box.commit(
        "registry: sizes",
        {
            "schemas/registry.v1.schema.json": json.dumps(schema),
            "registry.yaml": render(policy(roles=roles)),
        },
    )
    box.branch("ship")
    path = box.ship("hf/textgen-lora")
    box.commit("hf/textgen-lora: v1")
    report = next_engine.run(
        tool, box.root, "check", "--base", "main", "--head", "HEAD", "--offline"
    )
    assert report.code == 1
    assert f"{path}:" in report.out, report.out
    assert "limit 10" in report.out
    assert "ship fewer or smaller files" in report.out
    explained = next_engine.run(tool, box.root, "explain", "size")
    assert "A node has to hold the artifact in memory." in explained.out
