"""Words for every command: those that make it write something, or those of one that only reads.

`{up}` is the folder with the clone, `{samples}` a file of counters, `{source}` this repository,
`{model}` a served model, `{number}` and `{head}` a pull request that was judged, `{at}` a moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.support.slo_registry import OLDEST, SERVING


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A command that writes, unless it is a dry run."""

    words: str
    says: str
    """What a dry run says would happen."""
    first: tuple[str, ...] = ()
    """What is to be done before, also as words."""
    breached: bool = False
    """Whether production is to be in breach, with a pull request that a verdict let through."""
    refuses: bool = False
    """Whether it exits with 1, as a breach does."""


_EVENT = "would be written: releases/events/0004.yaml"
_OPENS = "would be proposed as fedfuse/"
_TELLS = partial(Rehearsal, breached=True)
_INIT = (
    "init {up}/other --namespace other --repo other/registry --provider hf=alice:1 "
    "--provider gcp=bob:2 --provider aws=carol:3"
)
_FUSE = (
    "fuse --hf-manifest {source}/scripts/examples/hf_manifest.json --gcp-manifest "
    "{source}/scripts/examples/gcp_manifest.json --aws-manifest "
    "{source}/scripts/examples/aws_manifest.json --output {up}/fused.json"
)
_EVAL = (
    "eval run --endpoint {model} --model tiny --role textgen --to {up}/made/e.csv --root {up}/exam/"
    "registry --suite {up}/exam/registry/schemas/suites/canonical/v1"
)
_NEW = (
    "new hf/textgen-lora {up}/artifact --evidence {up}/run.csv --uri dir:hf/textgen-lora-v4 "
    "--hardware 1xL4@us-east-1 --concurrency 1 --pricing 0.80@2026-09-01 --seed 7 --training-run https://acme.invalid/4"
)
_REPORT = (
    "report --repo acme/registry --pr {number} --base origin/main --head {head} --actor-id 5001 "
    "--at {at}"
)
_BREACH = "slo check --source {samples} --at {at} --open-pr"
_CUT = ("release --no-mirror",)
WRITING = (
    Rehearsal(_INIT, "would write"),
    Rehearsal(_NEW, "would be written: manifests/hf/textgen-lora/v4.evidence.csv, "),
    Rehearsal("release", "would be cut"),
    Rehearsal("release --remote= --no-mirror", "would be cut"),
    Rehearsal("mirror", "nothing was changed", first=_CUT),
    Rehearsal(f"pull {SERVING} --from git --to {{up}}/node", "would be written to", first=_CUT),
    Rehearsal("pull --warm --from git --to {up}/node", f"current would be {SERVING}", first=_CUT),
    Rehearsal(
        "node render {up}/node --for litellm --to {up}/rendered",
        f"{SERVING} would be rendered",
        first=(*_CUT, "pull --warm --from git --to {up}/node"),
    ),
    Rehearsal(f"promote {OLDEST} --offline", _EVENT),
    Rehearsal(f"promote {OLDEST} --offline --open-pr", _OPENS),
    Rehearsal("rollback --reason slow", _EVENT),
    Rehearsal("rollback --reason slow --open-pr", f"{_OPENS}rollback-"),
    Rehearsal("hold --reason slow", _EVENT),
    Rehearsal("hold --reason slow --open-pr", f"{_OPENS}hold-"),
    Rehearsal("lift 4", "would be written: releases/events/0005.yaml", first=("LAND hold",)),
    Rehearsal("lift 4 --open-pr", f"{_OPENS}lift-", first=("LAND hold",)),
    Rehearsal("yank hf/textgen-lora@v3 --reason slow", _EVENT),
    Rehearsal("yank hf/textgen-lora@v3 --reason slow --open-pr", f"{_OPENS}yank-"),
    Rehearsal(
        "waive --manifest {up}/v4.yaml --gate quality --until 2026-12-01 --reason slow --at {at}",
        _EVENT,
    ),
    Rehearsal(
        "waive --manifest {up}/v4.yaml --gate quality --until 2026-12-01 --reason slow --at {at} "
        "--open-pr",
        f"{_OPENS}waive-",
    ),
    _TELLS("candidates --repo acme/registry --post --at {at}", "issue: would be opened"),
    _TELLS(_REPORT, "check success and the comment would be posted"),
    Rehearsal("github-release", "would publish", first=_CUT),
    Rehearsal("app other-release:7:8", "these files would change"),
    Rehearsal(_FUSE, "would write"),
    Rehearsal(_EVAL, "would ask for 32 items and write"),
    Rehearsal(_BREACH, f"{_OPENS}rollback-0003-availability", refuses=True),
    _TELLS("slo merge --pr {number} --head {head} --at {at}", "would be merged"),
)
"""Each of them does write when it is no dry run."""
READING: Mapping[str, str] = {
    "validate": "",
    "check": "--base main~1 --head main",
    "explain": "quality",
    "audit": "--hub --artifacts",
    "status": "",
    "history": "",
    "slo replay": "{samples}",
    "checklist": SERVING,
    "doctor": "",
    "slo rules": "",
    "route": "hello --type chat",
}
"""An audit remembers in `.git/fedfuse` what it proved, which is worth time and says nothing."""


def everything(root: Path) -> Mapping[str, bytes]:
    """Every file below a folder, links as where they lead, empty folders too; refs are files."""
    return {
        path.relative_to(root).as_posix(): _content(path)
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file() or not any(path.iterdir())
    }


def _content(path: Path) -> bytes:
    if path.is_symlink():
        return str(path.readlink()).encode()
    return path.read_bytes() if path.is_file() else b""
