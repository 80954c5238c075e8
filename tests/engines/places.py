"""Where `tests/engines/install` puts each engine."""

import os
from pathlib import Path

import pytest


def program(engine: str, name: str) -> Path:
    """A program of an engine, whether it is there or not."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(os.environ.get("FEDFUSE_TEST_CACHE") or Path(home, "fedfuse-tests"))
    return cache / "engines" / engine / "bin" / name


def needs(engine: str, name: str) -> pytest.MarkDecorator:
    """What skips tests where an engine is not installed."""
    missing = not program(engine, name).exists()
    return pytest.mark.skipif(missing, reason=f"install it: tests/engines/install {engine}")
