"""`python -m fedfuse_demo.hub DIR`: serve what a demonstration stored, until interrupted."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from fedfuse_demo.hub.server import TOKEN, LoopbackHub


def main() -> int:
    """Serve a folder on a loopback port and say how to use it."""
    parser = argparse.ArgumentParser(prog="python -m fedfuse_demo.hub", description=__doc__)
    parser.add_argument("root", metavar="DIR", type=Path, help="the demonstration's folder hub")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    arguments = parser.parse_args()
    hub = LoopbackHub(arguments.root)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    endpoint = hub.start(arguments.port)
    sys.stdout.write(
        f"export HF_ENDPOINT={endpoint} HF_TOKEN={TOKEN} HF_HUB_DISABLE_XET=1\n"
        "paste this line into another terminal; Ctrl-C here ends the Hub\n"
    )
    sys.stdout.flush()
    ended.wait()
    hub.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
