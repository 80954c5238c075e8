"""Looks at whether this tool is the one that a registry is judged by."""

from fedfuse import __version__
from fedfuse.adapters import tool
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.history import snapshots
from fedfuse.model import tool_lock
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.model.document import Document
from fedfuse.model.tool_lock import PATH, ToolLock

_SUBJECT = "tool"


def examine(tree: WorkTree) -> Diagnosis:
    """Whether fedfuse.lock pins the files of this tool, or the registry holds them itself.

    Raises FedfuseError when the lock's schema is missing.
    """
    data = tree.read(PATH)
    if data is None:
        return _unpinned(tree)
    document = snapshots.of(tree).document(data, PATH, kind="lock")
    if not isinstance(document, Document):
        what = f"{document[0].place}: {document[0].message}"
        return Diagnosis(_SUBJECT, Health.DIFFERS, what, document[0].fix)
    return _compared(tool_lock.from_document(document.value))


def _compared(lock: ToolLock) -> Diagnosis:
    digest = tool.digest()
    if digest == lock.digest:
        return Diagnosis(_SUBJECT, Health.OK, f"fedfuse {__version__}, as {PATH} pins it")
    return Diagnosis(
        _SUBJECT,
        Health.DIFFERS,
        f"{PATH} pins fedfuse {lock.version}, files {lock.digest[:12]}; "
        f"this is {__version__}, files {digest[:12]}",
        f'pipx install --force "{lock.requirement}"',
    )


def _unpinned(tree: WorkTree) -> Diagnosis:
    if tool.home() == tree.root.resolve():
        return Diagnosis(_SUBJECT, Health.OK, f"fedfuse {__version__}, which this registry holds")
    what = f"there is no {PATH}, so nothing says that this registry is judged by this tool"
    fix = "use the copy of the tool in the registry (scripts/setup runtime), or restore the lock"
    return Diagnosis(_SUBJECT, Health.NOTE, what, fix)
