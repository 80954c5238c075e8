"""What holds for every test run."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import operating_registry, sealed_suite

settings.register_profile("repository", deadline=None, derandomize=True)
settings.load_profile("repository")


@pytest.fixture(scope="session")
def operated_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `operating_registry.operate` makes: only to be copied."""
    root = tmp_path_factory.mktemp("operated")
    operating_registry.operate(root)
    return root


@pytest.fixture(scope="session")
def evaluated_original(operated_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sealed_suite.operate` makes of it: only to be copied."""
    root = tmp_path_factory.mktemp("evaluated")
    sealed_suite.operate(operated_original, root)
    return root


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip in CI is a failure: CI installs what other machines may lack."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        reporter.ensure_newline()
        reporter.write_line("tests were skipped, and CI runs them all", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
