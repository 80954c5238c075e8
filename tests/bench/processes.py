"""Time whole processes side by side: `python tests/bench/processes.py COMMAND [options]`.

The commands of a comparison run in turn, so that a machine whose speed drifts slows all of them;
what counts is the ratio of medians. Peers (`gto`, `hf`) are looked up on PATH or named by option;
a peer that is not installed is left out.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

if not __package__:  # run as a script: its packages are found from the top of the repository
    _ROOT = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(_ROOT), str(_ROOT / "scripts")]

from tests.bench import gto_twin
from tests.bench.generate import Size, generate, usual_units

FEDFUSE = [sys.executable, "-m", "fedfuse"]
Command = tuple[Sequence[str], Path]


def medians(commands: Mapping[str, Command], *, runs: int) -> dict[str, float]:
    """Median wall milliseconds of each command over `runs` rounds, after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for round_number in range(runs + 1):
        for name, (words, cwd) in commands.items():
            start = time.perf_counter()
            subprocess.run(words, cwd=cwd, capture_output=True, check=True, env=_environment())
            if round_number:
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "GIT_CONFIG_GLOBAL": os.devnull}


def report(found: Mapping[str, float], *, beside: str) -> None:
    """Print the medians and their ratios to one of them."""
    for name, value in found.items():
        sys.stdout.write(f"{name:<46}{value:>10.1f} ms  {value / found[beside]:>7.2f} x {beside}\n")


def cold(arguments: argparse.Namespace) -> None:
    """Cold start (G6): `--version` and `--help` beside an empty Python and beside peers."""
    here = Path()
    commands: dict[str, Command] = {
        "python -c pass": ([sys.executable, "-c", "pass"], here),
        "fedfuse --version": ([*FEDFUSE, "--version"], here),
        "fedfuse --help": ([*FEDFUSE, "--help"], here),
    }
    for peer in (arguments.gto, arguments.hf):
        if found := shutil.which(peer):
            commands[f"{Path(peer).name} --help"] = ([found, "--help"], here)
    report(medians(commands, runs=arguments.runs), beside="python -c pass")


def check(arguments: argparse.Namespace) -> None:
    """One added manifest (G2): a registry of 100 manifests beside one of `--manifests`."""
    sizes = {"100 manifests, 100 commits": (100, 100)}
    large = f"{arguments.manifests:,} manifests, {arguments.commits:,} commits"
    sizes[large] = (arguments.manifests, arguments.commits)
    with tempfile.TemporaryDirectory() as folder:
        commands: dict[str, Command] = {}
        for number, (name, (manifests, commits)) in enumerate(sizes.items()):
            root = Path(folder) / str(number)
            generate(root, Size(manifests, commits, 1, usual_units(manifests)))
            words = [*FEDFUSE, "check", "--base", "main", "--head", "candidate", "--offline"]
            commands[name] = (words, root)
        report(medians(commands, runs=arguments.runs), beside="100 manifests, 100 commits")


def validate(arguments: argparse.Namespace) -> None:
    """The files of a work tree: `validate` beside check-jsonschema, which reads no evidence."""
    peer = str(Path(sys.executable).with_name("check-jsonschema"))
    with tempfile.TemporaryDirectory() as folder:
        bare, root = Path(folder) / "registry.git", Path(folder) / "clone"
        generate(bare, Size(arguments.manifests, 1001, 1, usual_units(arguments.manifests)))
        subprocess.run(["git", "clone", "--quiet", str(bare), str(root)], check=True)
        files = sorted(str(path.relative_to(root)) for path in root.glob("manifests/*/*/v*.yaml"))
        schema = "schemas/manifest.v1.schema.json"
        commands: dict[str, Command] = {
            "fedfuse validate": ([*FEDFUSE, "validate", "manifests"], root),
            "check-jsonschema": ([peer, "--schemafile", schema, *files], root),
        }
        report(medians(commands, runs=arguments.runs), beside="check-jsonschema")


def status(arguments: argparse.Namespace) -> None:
    """Releases (G5): `status` and `history` at 1,000 tags and at `--tags`, beside `gto show`.

    Every fiftieth release was promoted. gto needs minutes for 10,000 tags: `--gto-tags`.
    """
    gto = shutil.which(arguments.gto)
    with tempfile.TemporaryDirectory() as folder:
        commands: dict[str, Command] = {}
        for tags in sorted({1_000, arguments.tags}):
            root, twin = Path(folder) / f"{tags}.git", Path(folder) / f"{tags}.gto"
            generate(root, Size(tags, tags + 1, tags, units=2, promotions=tags // 50))
            for words in (["status"], ["history"], ["history", "--at", "2025-02-01"]):
                commands[f"fedfuse {' '.join(words)}, {tags:,} tags"] = ([*FEDFUSE, *words], root)
            if gto and tags <= arguments.gto_tags:
                gto_twin.build(twin, tags)
                commands[f"gto show, {tags:,} tags"] = ([gto, "show"], twin)
        report(medians(commands, runs=arguments.runs), beside="fedfuse status, 1,000 tags")


def main() -> None:
    """Run one comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("cold", "check", "validate", "status"))
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--manifests", type=int, default=100_000)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--tags", type=int, default=10_000)
    parser.add_argument("--gto-tags", type=int, default=1_000, help="most tags to show to gto")
    parser.add_argument("--gto", default="gto", help="command of the peer, or its path")
    parser.add_argument("--hf", default="hf", help="command of the peer, or its path")
    arguments = parser.parse_args()
    commands = {"cold": cold, "check": check, "validate": validate, "status": status}
    commands[arguments.what](arguments)


if __name__ == "__main__":
    main()
