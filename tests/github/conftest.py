"""Tests marked `npm` need GitHub's description of its API: `tests/github/install`."""

import os

import pytest

from tests.github.description import INSTALL, is_installed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip them where it is not installed; in CI they fail instead."""
    if is_installed() or os.environ.get("CI"):
        return
    missing = pytest.mark.skip(reason=f"needs GitHub's description of its API: {INSTALL}")
    for item in items:
        if item.get_closest_marker("npm"):
            item.add_marker(missing)
