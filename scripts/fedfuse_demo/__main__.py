"""`scripts/demo`: from three pull requests to production and back again, on loopback."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from fedfuse.errors import FedfuseError, UsageError
from fedfuse_demo import operating, story
from fedfuse_demo.hub.server import LoopbackHub
from fedfuse_demo.stage import Stage

_SUMMARY = """
What is where
  {upstream:{width}}  the registry: branch main and two release tags
  {clones:{width}}  clones of the maintainer and of the three providers
  {hub:{width}}  what the loopback Hub stored: models and mirrored releases
  {node:{width}}  what a node pulled and verified; its link `current` is what serves
  {traffic:{width}}  the simulated counters of the release that was rolled back

Try next, in {clones}/maintainer
  . {venv}/bin/activate
  fedfuse status                           what is released, what serves, what is quarantined
  fedfuse history                          what served when, and why
  fedfuse slo replay ../../{counters}   the simulated traffic again, minute by minute
  git cat-file tag {tag}
  fedfuse audit --replay                   recompute every release from the first commit
  fedfuse explain quality                  the rule behind a gate, and how to pass it
  python -m fedfuse_demo.hub {hub}
                                           serve the Hub again
"""
_INTERRUPTED = 130
_GONE = """
Nothing is kept. To look around in the registry, the clones and the Hub:
  scripts/demo --keep DIR
"""


def main() -> int:
    """Play the demonstration; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--keep", metavar="DIR", type=Path, help="leave everything in DIR")
    parser.add_argument("--live", action="store_true", help="run the real model on a sample too")
    arguments = parser.parse_args()
    try:
        if arguments.keep is None:
            with tempfile.TemporaryDirectory(prefix="fedfuse-demo-") as folder:
                _play(Path(folder), live=arguments.live)
            sys.stdout.write(_GONE)
        else:
            stage = _play(_empty(arguments.keep), live=arguments.live)
            stage.say(_summary(stage))
    except FedfuseError as err:
        sys.stderr.write(f"error: {err.what}\n" + (f"fix: {err.fix}\n" if err.fix else ""))
        return err.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return _INTERRUPTED
    except BrokenPipeError:  # who read the story has read enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _play(folder: Path, *, live: bool) -> Stage:
    hub = LoopbackHub(folder / "hub")
    hub.start()
    stage = Stage(folder, hub)
    try:
        story.tell(stage)
        operating.tell(stage)
        if live:
            from fedfuse_demo import live_story  # noqa: PLC0415 - loads the model server

            live_story.tell(stage)
    finally:
        hub.stop()
    return stage


def _summary(stage: Stage) -> str:
    return _SUMMARY.format(
        upstream=str(stage.upstream),
        clones=str(stage.root / "clones"),
        hub=str(stage.root / "hub"),
        node=str(stage.root / "node"),
        traffic=str(stage.root / operating.COUNTERS),
        counters=operating.COUNTERS,
        width=len(str(stage.root / operating.COUNTERS)),
        tag=story.SECOND_TAG,
        venv=sys.prefix,
    )


def _empty(folder: Path) -> Path:
    another = "name a folder that does not exist yet"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as err:
        raise UsageError(f"{folder}: {err.strerror}", fix=another) from err
    if not is_empty:
        raise UsageError(f"{folder} is not empty", fix=another)
    return folder.resolve()


if __name__ == "__main__":
    sys.exit(main())
