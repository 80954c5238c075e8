"""Runs tests in forks of one process that has imported everything but the engine.

Reads a line of test files, runs them in a fork until one fails, and answers with a line: the test
that failed, or nothing. The engine is read anew by each fork, and so is what tests are made of.
"""

import importlib
import os
import pkgutil
import re
import resource
import sys
import tempfile
from typing import NoReturn

import pytest

_PLUGINS = ("hypothesis", "hypothesis.strategies", "syrupy", "yaml", "jsonschema", "git")
_CPU_SECONDS = 120
"""A mutant that runs on and on is noticed by that."""


def main() -> None:
    """Answer every line until there is none."""
    _import_all()
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+") as output:
            child = os.fork()
            if child == 0:
                _test(line.split(), output.fileno())
            _, status = os.waitpid(child, 0)
            output.seek(0)
            sys.stdout.write(f"{_failed(status, output.read())}\n")
            sys.stdout.flush()


def _import_all() -> None:
    """Import what takes time: the tool outside the engine, and what pytest brings."""
    for name in (*_PLUGINS, "fedfuse.cli.main"):
        importlib.import_module(name)
    import fedfuse.flows  # noqa: PLC0415 - only here, once

    for found in pkgutil.walk_packages(fedfuse.flows.__path__, "fedfuse.flows."):
        importlib.import_module(found.name)
    known = [name for name in sys.modules if name.startswith(("fedfuse.engine.v", "tests.support"))]
    assert not known, f"{known[0]} would not be read anew"


def _test(tests: list[str], output: int) -> NoReturn:
    """Run the tests in this process, and leave it."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = pytest.main(["-x", "-q", "--no-header", "--tb=no", "--assert=plain", *tests])
    sys.stdout.flush()
    os._exit(code)


def _failed(status: int, output: str) -> str:
    """The first test that failed; empty when none did."""
    if status == 0:
        return ""
    if not os.WIFEXITED(status):
        return "no answer in time"
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    if found:
        return found[1].removeprefix("tests/")
    assert os.WEXITSTATUS(status) != pytest.ExitCode.NO_TESTS_COLLECTED, output
    return "no test could be collected"


if __name__ == "__main__":
    main()
