"""Make the demo's evidence: `python -m fedfuse_demo.record --help`.

It serves the real model and records runs of the configs beside this file, each into
`evidence/<name>.csv`; a run that was killed goes on when the command is given again, one that is
complete is left alone.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from fedfuse import engine
from fedfuse.adapters.openai import Endpoint
from fedfuse.errors import FedfuseError
from fedfuse.flows.authoring import eval_setup, evaluate
from fedfuse.flows.authoring.eval_summary import summarise
from fedfuse.model.run_record import Hardware, Pricing
from fedfuse_demo.live import MODEL, serve

HERE = Path(__file__).parent
SEED = 7
_SUITE = "schemas/suites/canonical/v1"
HARDWARE = Hardware("cpu-2-cores", "local")
PRICING = Pricing(0.10, "2026-11-24")
"""Assumed price of a machine with two virtual CPUs in USD; a demonstration."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One run that ships with the demo."""

    name: str
    """Its evidence file, and unless `config` says otherwise its config."""
    role: str
    config: str = ""
    baseline: str = ""
    """Config that is asked in turn, on a server of its own so that neither empties the other's
    cache."""
    report: bool = False
    """Only the primary part: an independent second run for a report unit."""


RECORDINGS = (
    Recording("textgen-lora-v1", "textgen"),
    Recording("textgen-lora-v2", "textgen", baseline="textgen-lora-v1"),
    Recording("textgen-careless", "textgen"),
    Recording("embedder-v1", "embed"),
    Recording("retrieval-eval-v1", "embed", config="embedder-v1", report=True),
    Recording("runtime-distilled-v1", "runtime"),
    Recording("inference-benchmark-v1", "runtime", config="runtime-distilled-v1", report=True),
)
"""Reports stand right after the run they check, so that both meet the machine in one state."""


def record(recording: Recording, root: Path, folder: Path) -> str:
    """Record one run on the real model into a folder and give its figures as one line of JSON.

    `root` is a registry with the canonical suite. Raises FedfuseError when the model is not
    installed or the evidence exists.
    """
    known = engine.newest().ROLES[recording.role]
    role = known.as_reported() if recording.report else known
    suite = root / _SUITE
    target = folder / f"{recording.name}.csv"
    with ExitStack() as servers:

        def served(config: str) -> evaluate.Served:
            url = servers.enter_context(serve(embeddings=recording.role == "embed"))
            asked = eval_setup.config(HERE / "configs" / config, role)
            return evaluate.Served(Endpoint(url, MODEL), asked)

        plan = evaluate.Run(
            exam=eval_setup.exam(root, suite, role, limit=None),
            candidate=served(recording.config or recording.name),
            baseline=served(recording.baseline) if recording.baseline else None,
            seed=SEED,
            concurrency=1,
            hardware=HARDWARE,
            pricing=PRICING,
        )
        results = evaluate.run(plan, target)
    summary = summarise(plan, results, path=target.name)
    return json.dumps(
        {
            "name": recording.name,
            "items": summary.items,
            "errors": summary.errors,
            **summary.metrics,
            "baseline_latency_ms_p95": summary.baseline_latency_ms_p95,
            "failures": dict(summary.failures),
            "critical_failures": summary.critical_failures,
            "sha256": summary.sha256,
        }
    )


def _lines(args: argparse.Namespace) -> Iterator[str]:
    for recording in RECORDINGS:
        missing = not (args.to / f"{recording.name}.csv").exists()
        if missing and (not args.names or recording.name in args.names):
            yield record(recording, args.root, args.to)


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fedfuse_demo.record", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these runs")
    parser.add_argument("--root", type=Path, default=Path(), help="registry with the suite")
    parser.add_argument("--to", type=Path, default=HERE / "evidence", help="folder to write to")
    try:
        for line in _lines(parser.parse_args()):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except FedfuseError as error:
        sys.stderr.write(f"error: {error.what}\nfix: {error.fix}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
