"""A finding: one thing that is wrong in one place, with the one edit that mends it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One refused fact. Sorted by place, so that reports are stable."""

    path: str
    """Repository path of the file, `/`-separated, or a ref name for findings about tags."""
    line: int
    """1-based; 0 when the finding is about the whole file."""
    column: int
    """1-based; 0 when the finding is about the whole file."""
    code: str
    """Stable code, explained by `fedfuse explain CODE`."""
    message: str
    """What is wrong, one sentence without a full stop."""
    expected: str = ""
    found: str = ""
    fix: str = ""
    """The one edit or command that mends it."""

    @property
    def place(self) -> str:
        """`path`, `path:line` or `path:line:column`, whichever is known."""
        if self.line == 0:
            return self.path
        return (
            f"{self.path}:{self.line}:{self.column}" if self.column else f"{self.path}:{self.line}"
        )
