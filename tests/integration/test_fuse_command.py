"""The operational script and `fedfuse fuse`, run as a user runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).resolve().parents[2]
EXAMPLES = TOP / "scripts" / "examples"
SCRIPT = (sys.executable, str(TOP / "scripts" / "federated_orchestrator.py"))
COMMAND = (sys.executable, "-c", "from fedfuse.cli.main import main; main()", "fuse")
PROVIDERS = ("hf", "gcp", "aws")


def offer(provider: str, **metrics: Any) -> dict[str, Any]:
    role = {"hf": "textgen", "gcp": "embed", "aws": "runtime"}[provider]
    good = {"quality": 0.8, "safety": 0.98, "latency_ms_p95": 150.0, "cost_per_1k_tokens": 0.8}
    artifact = {
        "id": f"acme/{role}-v1",
        "role": role,
        "metrics": good | metrics,
        "uri": f"hf://acme/{role}-v1",
    }
    return {"provider": provider, "artifacts": [artifact]}


class Desk:
    """A folder with one good manifest per provider and an output that is there already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "fused_manifest.json"
        self.output.write_text("as before\n")
        self.files = {name: folder / f"{name}.json" for name in PROVIDERS}
        for name, file in self.files.items():
            file.write_text(json.dumps(offer(name)))

    def run(
        self, *options: str, program: tuple[str, ...] = SCRIPT, environment: Mapping[str, str] = {}
    ) -> subprocess.CompletedProcess[str]:
        """Run the program on the manifests, in this folder, with nothing in the environment."""
        named = [f"--{name}-manifest={file.name}" for name, file in self.files.items()]
        return subprocess.run(
            [*program, *named, f"--output={self.output.name}", *options],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def fused(self) -> dict[str, Any]:
        """The descriptor that was written."""
        document: dict[str, Any] = json.loads(self.output.read_bytes())
        return document

    def untouched(self) -> bool:
        """Whether the output is as before and nothing was left beside it."""
        names = {file.name for file in self.folder.iterdir()}
        expected = {file.name for file in self.files.values() if file.exists()}
        return names == expected | {self.output.name} and self.output.read_text() == "as before\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "a folder"
    folder.mkdir()
    return Desk(folder)


def assert_refused(
    desk: Desk, done: subprocess.CompletedProcess[str], code: int, *words: str
) -> None:
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    for word in words:
        assert word in said
    assert desk.untouched()


def test_the_examples_fuse_as_the_readme_says(tmp_path: Path) -> None:
    output = tmp_path / "fused_manifest.json"
    named = [f"--{name}-manifest={EXAMPLES / name}_manifest.json" for name in PROVIDERS]
    done = subprocess.run(
        [*SCRIPT, *named, f"--output={output}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, f"wrote {output}\n")
    roles = json.loads(output.read_bytes())["roles"]
    assert {role: slot["artifact"]["id"] for role, slot in roles.items()} == {
        "textgen": "spiralverse/textgen-lora-v3",
        "embed": "spiralverse/embedder-v2",
        "runtime": "spiralverse/runtime-distilled-v2",
    }
    assert all(slot["refused"] and slot["outranked"] for slot in roles.values())
    for slot in roles.values():
        assert slot["artifact"]["id"] in done.stdout
        assert all(one["id"] in done.stdout for one in slot["refused"])


def test_script_and_command_write_the_same_bytes_in_any_environment(desk: Desk) -> None:
    assert desk.run().returncode == 0
    first = desk.output.read_bytes()
    environment = {"PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo", "COLUMNS": "40"}
    done = desk.run(
        program=COMMAND, environment={**environment, "PYTHONPATH": str(TOP / "scripts")}
    )
    assert (done.returncode, desk.output.read_bytes()) == (0, first)
    assert {file.name for file in desk.folder.iterdir()} == {
        *(file.name for file in desk.files.values()),
        desk.output.name,
    }


def test_yaml_and_full_manifests_give_the_same_choice_as_json(desk: Desk) -> None:
    desk.run()
    from_json = desk.fused()
    desk.files["hf"] = desk.folder / "hf.yaml"
    desk.files["hf"].write_text(
        "apiVersion: fedfuse/v1\nkind: Manifest\nprovider: hf\nunit: textgen\nversion: 1\n"
        "id: acme/textgen-v1\nrole: textgen\ntrack: release\n"
        'artifact: {uri: "hf://acme/textgen-v1", revision: "' + "ab" * 20 + '"}\n'
        "metrics: {quality: 0.8, safety: 0.98, latency_ms_p95: 150, cost_per_1k_tokens: 0.8}\n"
    )
    assert desk.run().returncode == 0
    from_yaml = desk.fused()
    assert from_yaml["roles"]["textgen"]["artifact"].pop("revision") == "ab" * 20
    assert from_yaml["inputs"] != from_json["inputs"]
    assert from_yaml | {"inputs": {}} == from_json | {"inputs": {}}


def test_the_options_move_the_limits(desk: Desk) -> None:
    assert desk.run("--max-latency-ms-p95=150", "--min-quality=0.8").returncode == 0
    assert desk.fused()["thresholds"]["max_latency_ms_p95"] == 150.0
    desk.output.write_text("as before\n")
    assert_refused(desk, desk.run("--max-latency-ms-p95=149.9"), 1, "latency_ms_p95 150, at most")


def test_the_namespace_option_names_the_descriptor(desk: Desk) -> None:
    assert desk.run("--namespace=zenith").returncode == 0
    assert desk.fused()["name"] == "zenith-ai-federated"


def test_a_dry_run_prints_the_descriptor_and_writes_nothing(desk: Desk) -> None:
    done = desk.run("--dry-run", "--quiet", "--format=json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["descriptor"]["name"] == "acme-ai-federated"
    assert desk.untouched()


def test_when_nothing_of_a_provider_passes_every_candidate_is_answered(desk: Desk) -> None:
    document = offer("gcp", quality=0.7)
    document["artifacts"].append(offer("gcp", latency_ms_p95=900)["artifacts"][0] | {"id": "b"})
    desk.files["gcp"].write_text(json.dumps(document))
    assert_refused(
        desk,
        desk.run(),
        1,
        *("acme/embed-v1", "quality 0.7, at least 0.75", "latency_ms_p95 900, at most 250", "fix:"),
    )


def test_problems_of_all_files_are_told_in_one_run_in_every_format(desk: Desk) -> None:
    for name, file in desk.files.items():
        file.write_text(json.dumps(offer(name, quality=84.2)))
    for format_ in ("text", "markdown"):
        done = desk.run(f"--format={format_}")
        assert_refused(desk, done, 1, "hf.json", "gcp.json", "aws.json", "0.842")
    findings = json.loads(desk.run("--format=json").stdout)["findings"]
    assert [finding["code"] for finding in findings] == ["E305"] * 3


def edited(old: str, new: str) -> bytes:
    text = json.dumps(offer("hf"))
    assert old in text
    return text.replace(old, new).encode()


BAD = {
    "another provider's file": (json.dumps(offer("gcp")).encode(), "E902"),
    "no provider": (edited('"provider": "hf", ', ""), "E902"),
    "no artifacts": (b'{"provider": "hf", "artifacts": []}', "E306"),
    "unknown field": (edited('"uri"', '"url"'), "E301"),
    "missing metric": (edited('"quality": 0.8, ', ""), "E302"),
    "NaN": (edited("0.8,", "NaN,"), "E119"),
    "Infinity": (edited("150.0", "Infinity"), "E119"),
    "overflowing number": (edited("150.0", "1e999"), "E119"),
    "enormous integer": (edited("150.0", "9" * 5000), "E119"),
    "bool": (edited("0.8,", "true,"), "E303"),
    "text": (edited("0.8,", '"0.8",'), "E303"),
    "percentage": (edited("0.98", "98"), "E305"),
    "duplicate key": (edited('"uri"', '"id": "acme/x", "uri"'), "E117"),
    "duplicate id": (
        edited("}]}", "}, " + json.dumps(offer("hf")["artifacts"][0]) + "]}"),
        "E907",
    ),
    "empty file": (b"", "E120"),
    "list": (b"[]", "E114"),
    "scalar": (b"7", "E114"),
    "broken JSON": (b'{"provider": "hf",', "E120"),
    "trailing text": (edited("]}", "]} x"), "E120"),
    "deep nesting": (b'{"a":' * 10000, "E112"),
    "latin-1": (edited("acme", "\xe9").decode().encode("latin-1"), "E103"),
    "byte order mark": (b"\xef\xbb\xbf" + edited("acme", "acme"), "E102"),
    "binary": (bytes(range(256)), "E103"),
    "too large": (edited("acme", "a" * 70000), "E101"),
    "comment": (edited("]}", "]} # ours"), "E120"),
    "escape sequence": (edited("acme", "\\u001b[2J"), "E106"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_a_fix_and_nothing_is_written(
    desk: Desk, data: bytes, code: str
) -> None:
    desk.files["hf"].write_bytes(data)
    done = desk.run()
    assert_refused(desk, done, 1, code, "hf.json", "fix: ")
    assert "\x1b" not in done.stdout


def test_a_file_that_is_not_there_is_named_with_its_option(desk: Desk) -> None:
    desk.files["aws"].unlink()
    assert_refused(desk, desk.run(), 2, "aws.json: No such file", "fix: ", "--aws-manifest")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--min-quality=nan", "--min-quality is nan"),
        ("--min-safety=95", "give a share from 0 to 1"),
        ("--max-latency-ms-p95=inf", "give a finite number above 0"),
        ("--max-cost-per-1k-tokens=0", "give a finite number above 0"),
        ("--min-quality=high", "--min-quality"),
        ("--namespace=a/b", "--namespace is no name"),
        ("--output=.", "this is no file"),
        ("--output=hf.json", "this is an input"),
    ],
)
def test_an_option_that_makes_no_sense_is_a_usage_error(
    desk: Desk, option: str, words: str
) -> None:
    assert_refused(desk, desk.run(option), 2, words)


def test_a_missing_option_is_a_usage_error(desk: Desk) -> None:
    del desk.files["gcp"]
    done = desk.run()
    assert done.returncode == 2
    assert "--gcp-manifest" in done.stderr


def test_an_output_folder_that_is_not_there_is_an_environment_error(desk: Desk) -> None:
    assert_refused(desk, desk.run("--output=absent/fused.json"), 3, "fused.json", "fix: ")
