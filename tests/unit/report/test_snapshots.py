"""What people see, word for word. Read every change to these files as a reader would."""

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from tests.unit.report import samples

from fedfuse.report import pull_request, text


class _TextFile(SingleFileSnapshotExtension):
    """One file per snapshot, readable as it is."""

    _write_mode = WriteMode.TEXT


class MarkdownFile(_TextFile):
    """A comment, which GitHub shows as it would on a pull request."""

    file_extension = "md"


class TerminalFile(_TextFile):
    """A terminal's output."""

    file_extension = "txt"


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_comment_reads_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    comment = pull_request.comment(samples.SAMPLES[name])
    assert comment == snapshot(extension_class=MarkdownFile)


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_terminal_reads_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    output = text.render(pull_request.terminal(samples.SAMPLES[name]))
    assert output == snapshot(extension_class=TerminalFile)
