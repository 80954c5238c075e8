"""The exceptions of the tool, each with the exit code it ends the process with.

A failed gate or a bad manifest is a value (`Finding`, `GateResult`), never an exception. These
classes are for a request that cannot be carried out at all. Only `cli.main` catches them.
"""


class FedfuseError(Exception):
    """Something stopped the command; `fix` is the one edit or command that mends it."""

    exit_code = 3
    is_answered = False
    """Whether standard output holds the command's whole answer already."""

    def __init__(self, what: str, *, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class UsageError(FedfuseError):
    """The command was called with words that do not make sense together."""

    exit_code = 2


class RefusedError(FedfuseError):
    """The command understood its input and refuses it (a judged outcome outside a report)."""

    exit_code = 1


class GitError(FedfuseError):
    """git is missing, too old, or refused an operation on this repository."""


class RemoteError(FedfuseError):
    """A server could not be reached or answered something unusable; trying again may help."""


class DivergedError(FedfuseError):
    """A remote holds other content under an immutable name; a person must look."""


class RegistryError(FedfuseError):
    """The registry on main itself is broken, so nothing can be judged against it."""
