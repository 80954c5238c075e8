"""`python -m tests.golden verify|renew|freeze`: keep the list of engine 1, from a checkout.

`verify` compares digests and plays nothing. `renew` plays the histories and writes golden files
and list anew, while the engine is a draft. `freeze` does that for the last time.
"""

import sys
from collections.abc import Callable, Mapping

from tests.golden import frozen

_COMMANDS: Mapping[str, Callable[[], str]] = {
    "verify": frozen.verify,
    "renew": frozen.renew,
    "freeze": lambda: frozen.renew(state="frozen"),
}


def main(arguments: list[str]) -> int:
    """Run one command: 0 when all is well, 1 when the list is not kept, 2 for no such command."""
    command = _COMMANDS.get(arguments[0]) if len(arguments) == 1 else None
    if command is None:
        sys.stderr.write(f"usage: python -m tests.golden {'|'.join(_COMMANDS)}\n")
        return 2
    problem = command()
    if problem:
        sys.stderr.write(f"{problem}\n")
    return int(bool(problem))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
