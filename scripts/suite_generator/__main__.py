"""Writes the files of a suite: `python -m suite_generator [--suite routing] --to DIR`."""

import argparse
import sys
from pathlib import Path

from suite_generator import generate


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m suite_generator", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, help="existing folder to write to")
    parser.add_argument("--suite", choices=generate.SUITES, default=generate.NAME)
    chosen = parser.parse_args()
    folder: Path = chosen.to
    for name, data in generate.SUITES[chosen.suite]().items():
        (folder / name).write_bytes(data)
        sys.stdout.write(f"{folder / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
