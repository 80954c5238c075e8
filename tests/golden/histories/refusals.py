"""One proposal for every rule of admission."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.golden.files import Edit, Files, contract, digest, event, ship, text
from tests.golden.histories.beginning import BETTER, first_release
from tests.golden.registry import SCHEMAS, Script, founded
from tests.golden.runs import Run

CHAT = "north/chat"
TEXT = "manifests/north/chat/v2.yaml"
CSV = "manifests/north/chat/v2.evidence.csv"


def refusals() -> Script:
    """One proposal for every rule of admission."""
    s = founded("refusals")
    first_release(s)
    _manifest(s)
    _artifact(s)
    _evidence(s)
    _csv(s)
    _leaks(s)
    _paths(s)
    _schemas(s)
    return s


def _edited(edit: Edit, **facts: Any) -> Files:
    return ship(CHAT, 2, BETTER, edit=edit, **facts)


def _set(*keys: str, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        holder = document
        for key in keys[:-1]:
            holder = holder[key]
        holder[keys[-1]] = value

    return edit


def _manifest(s: Script) -> None:
    s.propose("nothing is wrong", ship(CHAT, 2, BETTER))
    for key, value in (
        ("provider", "south"),
        ("unit", "other"),
        ("version", 3),
        ("id", "acme/x-v2"),
    ):
        s.propose(f"another {key}", _edited(_set(key, value=value)))
    s.propose("a field that nobody knows", _edited(_set("colour", value="red")))
    s.propose("no YAML", {TEXT: b"a: [\n", CSV: b"x\n"})
    moved = {path.replace("/chat/", "/choir/"): data for path, data in ship(CHAT, 2).items()}
    s.propose("no such unit", moved)
    s.propose("of another role", _edited(_set("role", value="policy")))
    s.propose("a version is left out", ship(CHAT, 3, BETTER))
    s.propose("a used version", ship(CHAT, 1, BETTER))
    s.propose("no such contract", ship(CHAT, 2, BETTER, contract_file=contract("textgen", 7)))
    s.propose("another contract", _edited(_set("contract", "sha256", value="e" * 64)))
    first = ship("north/guard", 1)
    s.propose("the first version of a unit", first)
    s.propose("its second before its first", ship("north/guard", 2))
    s.propose("of two providers", first, ship("west/server", 2, BETTER))
    s.propose("with a file that is no manifest", first, {"README.md": b"x\n"})
    s.propose("evidence without its manifest", {CSV: ship(CHAT, 2)[CSV]})


def _artifact(s: Script) -> None:
    uris = (
        "hf://acme/chat-v2/",
        "gs://acme/chat-v2",
        "hf://acme-evil/chat-v2",
        "hf://acme/chat@main",
        "hf://acme/chat?rev=1",
        "hf://acme/chat#1",
        "hf://acme/ch%61t",
        "hf://acme:80/chat",
        "hf://acme/a/b",
        "hf://acme",
        "hf://acme//chat",
        "hf://10.0.0.1/chat",
        "hf://0x7f.1/chat",
        "hf://acme/.hidden",
        "hf://acme/./chat",
        "ftp://acme/chat",
    )
    for uri in uris:
        s.propose(uri[:60], _edited(_set("artifact", "uri", value=uri)))
    folders = ("north/chat-v2", "north", "south/chat", "north/../south", "north" + "/a" * 31)
    for folder in (*folders, "north" + "/a" * 32):
        s.propose(folder[:60], _edited(_in_folder(folder)))
    one = {"path": "a.safetensors", "size": 1, "sha256": "a" * 64}
    two = {"path": "b.safetensors", "size": 1, "sha256": "b" * 64}
    for files in ([one, two], [two, one], [one, one]):
        names = " ".join(str(file["path"]) for file in files)
        s.propose(f"files {names}", _edited(_set("artifact", "files", value=files)))
    for names in ("decoding.json prompt.json", "prompt.json", "model.tar.gz", "prompt.json x.json"):
        s.propose(f"config of {names}", _edited(_as_config(names.split())))


def _as_config(paths: list[str]) -> Edit:
    files = [{"path": path, "size": 1, "sha256": digest(path.encode())} for path in paths]
    base = {"id": "org/base", "revision": "b" * 40}
    return lambda d: d["artifact"].update(format="config", files=files, base_model=base)


def _in_folder(folder: str) -> Edit:
    named = {"uri": f"dir:{folder}", "revision": "e" * 64}
    return lambda document: document["artifact"].update(named)


def _evidence(s: Script) -> None:
    for key, value in (("name", "other"), ("version", 2), ("sha256", "e" * 64)):
        s.propose(f"another suite {key}", _edited(_set("evaluation", "suite", key, value=value)))
    s.propose("another currency", _edited(_set("evaluation", "pricing", "currency", value="EUR")))
    for key, value in (("path", "v1.evidence.csv"), ("sha256", "e" * 64), ("items", 319)):
        s.propose(
            f"another evidence {key}", _edited(_set("evaluation", "evidence", key, value=value))
        )
    s.propose("no evidence", {TEXT: ship(CHAT, 2)[TEXT]})
    s.propose("the evidence of v1", _again(1))
    for name, step in (
        ("quality", 1e-6),
        ("safety", 1e-6),
        ("latency_ms_p95", 1e-6),
        ("cost_per_1k_tokens", 1e-6),
    ):
        for times in (0.5, 0.9, 1.1, 2.0, -0.9, -1.1):
            s.propose(f"{name} off by {times} of the tolerance", _edited(_off(name, step * times)))
    s.propose(
        "a metric that its role does not have",
        ship("south/vectors", 2, BETTER, edit=_set("metrics", "safety", value=1.0)),
    )
    s.propose("a metric is missing", _edited(lambda d: d["metrics"].pop("quality")))
    paired = Run(level=0.95, baseline_ms=120.0)
    s.propose("latencies of nobody", ship(CHAT, 2, paired))
    s.propose(
        "latencies of a version that is not there", ship(CHAT, 2, paired, baseline="north/chat@v9")
    )
    s.propose("latencies of v1", ship(CHAT, 2, paired, baseline="north/chat@v1"))
    s.propose("a baseline without latencies", ship(CHAT, 2, BETTER, baseline="north/chat@v1"))
    errors = tuple(f"q{n}" for n in range(5))
    slowest = _set("metrics", "latency_ms_p95", value=160.0)
    s.propose("p95 is infinite", ship(CHAT, 2, Run(level=1.0, errors=errors), edit=slowest))


def _off(name: str, by: float) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document["metrics"][name] += by

    return edit


def _again(version: int) -> Files:
    """A second version with the evidence of an earlier one."""
    old = ship(CHAT, version)[f"manifests/north/chat/v{version}.evidence.csv"]
    return _with_csv(old, ship(CHAT, 2))


def _with_csv(csv: bytes, files: Files) -> Files:
    """The same manifest, which declares another CSV by its digest."""
    declared = files[TEXT].replace(digest(files[CSV]).encode(), digest(csv).encode())
    return {TEXT: declared, CSV: csv}


def _csv(s: Script) -> None:
    files = ship(CHAT, 2, BETTER)
    csv = files[CSV]
    lines = csv.split(b"\n")
    edits: Mapping[str, bytes] = {
        "no end of line": csv.removesuffix(b"\n"),
        "a byte beyond ASCII": csv.replace(b"q3", b"q\xff", 1),
        "carriage returns": csv.replace(b"\n", b"\r\n"),
        "another header": csv.replace(b"score", b"points", 1),
        "a cell more": csv.replace(b"q5,ok,", b"q5,ok,1,", 1),
        "two items change places": b"\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]),
        "an item is missing": b"\n".join([*lines[:2], *lines[3:]]),
        "the last item is missing": b"\n".join([*lines[:-2], b""]),
        "one item too many": csv + b"z1,ok,1,1,1,1\n",
        "a bad item": csv.replace(b"q5,", b"Q5,", 1),
        "a bad outcome": csv.replace(b"q5,ok", b"q5,OK", 1),
        "a bad score": csv.replace(b"q5,ok,1,", b"q5,ok,1.1,", 1),
        "five decimals": csv.replace(b"q5,ok,1,", b"q5,ok,0.99999,", 1),
        "a negative latency": csv.replace(b"q5,ok,1,", b"q5,ok,1,-", 1),
        "a leading zero": csv.replace(b"q5,ok,1,", b"q5,ok,1,0", 1),
        "half a token": csv.replace(b",40,20", b",40,20.5", 1),
        "an error that scored": csv.replace(b"q5,ok,1,", b"q5,error,1,", 1),
        "too large": csv + b"x" * 200_000 + b"\n",
        "wrong in every line": csv.replace(b",ok,", b",fine,"),
        "an error too many": csv,
        "empty": b"",
    }
    for note, data in edits.items():
        s.propose(f"evidence: {note}", _with_csv(data, files))
    for count in (16, 17, 32, 33):
        wrong = tuple(f"b{n}" for n in range(count))
        s.propose(f"{count} of 320 items are errors", ship(CHAT, 2, Run(level=0.95, errors=wrong)))


def _leaks(s: Script) -> None:
    found = (
        "hf_" + "a" * 30,
        "ghp_" + "a" * 30,
        "github_pat_" + "a" * 30,
        "glpat-" + "a" * 20,
        "AKIA" + "A" * 16,
        "AIza" + "a" * 35,
        "ya29." + "a" * 20,
        "GOCSPX-" + "a" * 20,
        "sk-proj-" + "a" * 20,
        "xoxb-" + "a" * 10,
        "pypi-" + "a" * 40,
        "npm_" + "a" * 36,
        "eyJ" + "a" * 8 + ".eyJ" + "a" * 8,
        "https://h.example/x?X-Amz-Signature=1",
        "https://user:pass@h.example/x",
        "https://h.example/password=1",
        "https://h.example/someone@example.org",
        "https://h.example/" + "A" * 120,
    )
    for secret in found:
        run = secret if secret.startswith("https://") else f"https://h.example/{secret}"
        s.propose(
            f"leaks: {digest(secret.encode())[:8]}", _edited(_set("training", "run", value=run))
        )


def _paths(s: Script) -> None:
    shipped = ship(CHAT, 2, BETTER)
    s.propose("executable", shipped, yaml="100755")
    s.propose("a symbolic link", shipped, csv="120000")
    s.propose("a tool that may be executable", {"scripts/x": b"x\n"}, x="100755")
    s.propose("a tool that links", {"scripts/x": b"x\n"}, x="120000")
    s.propose("an upper-case path", {"manifests/north/chat/V2.yaml": b"x\n"})
    s.propose("an unknown file", {"manifests/north/chat/v2.txt": b"x\n"})
    s.propose("a file beside the events", {"releases/events/one.yaml": b"x\n"})
    s.propose("another contract file", {"schemas/contract/textgen/new.json": b"{}\n"})
    s.propose("a file that steers git", {"manifests/north/.gitattributes": b"x\n"})
    s.propose("a name with a space", {"docs/a b.md": b"x\n"})
    s.propose("only the case differs", {"REGISTRY.yaml": b"x\n"})
    s.propose("evidence that changes", {"manifests/north/chat/v1.evidence.csv": b"x\n"})
    s.propose("a contract that changes", {"schemas/contract/textgen/v1.json": b"{}\n"})
    s.propose("a suite that leaves", {"schemas/suites/canonical/v1/quality.jsonl": None})
    s.propose("a tool file that leaves", {"schemas/event.v1.schema.json": None})
    s.propose("a readme among manifests", {"manifests/README.md": b"x\n"})
    s.propose("an event with something else", event(1, "hold", reason="x"), {"README.md": b"x\n"})
    s.propose("a promotion", event(1, "promote", release="acme-fused-v1.0.0"))
    s.propose("nothing at all")


def _schemas(s: Script) -> None:
    """What is judged next is judged by the schemas of its base."""
    path = "schemas/manifest.v1.schema.json"
    schema = json.loads((SCHEMAS / "manifest.v1.schema.json").read_bytes())
    schema["properties"]["license"] = {"const": "mit"}
    s.land("only one license from now on", {path: text(schema)})
    s.propose("another license", ship(CHAT, 2, BETTER))
    s.propose("that license", _edited(_set("license", value="mit")))
    s.land("no schema for manifests", {path: None})
    s.land("nothing to hold chat v2 against", ship(CHAT, 2, BETTER))
