"""Tests marked `npm` need GitHub's description of its API: `tests/github/install`."""

import pytest

from tests.github.description import INSTALL, is_installed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip them where it is not installed; a skip in CI is a failure of the whole run."""
    if is_installed():
        return
    missing = pytest.mark.skip(reason=f"needs GitHub's description of its API: {INSTALL}")
    for item in items:
        if item.get_closest_marker("npm"):
            item.add_marker(missing)
