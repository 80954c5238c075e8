"""Judges fedfuse.lock: it is well-formed, has the engine, and the workflows call the same tool."""

import re
from collections.abc import Iterator

from fedfuse.engine.interface import Snapshot
from fedfuse.model import tool_lock
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted
from fedfuse.model.tool_lock import ACTIONS, PATH, ToolLock

_WORKFLOWS = ".github/workflows"
_CALL = re.compile(
    rf"\buses:\s*[\"']?(?P<tool>[^\s\"'@]+)/{re.escape(ACTIONS)}/(?P<name>[\w-]+)@?(?P<commit>[^\s\"']*)"
)
_FIX = "change the lock and the workflows together, in one pull request"


def findings(merged: Snapshot) -> tuple[Finding, ...]:
    """Everything wrong with a registry's lock; nothing where there is none.

    Raises RegistryError when registry.yaml or the lock's schema is broken.
    """
    data = merged.tree.read(PATH)
    if data is None:
        return ()
    document = merged.document(data, PATH, kind="lock")
    if not isinstance(document, Document):
        return document
    lock, engine = tool_lock.from_document(document.value), merged.registry().engine
    engines = (
        document.finding(
            "E355",
            ("tool", "engines"),
            message="the tool lacks the engine of registry.yaml",
            expected=str(engine),
            found=", ".join(map(str, lock.engines)),
            fix="pin a tool that has it",
        ),
    )
    return (*(() if engine in lock.engines else engines), *_other_calls(merged, lock))


def _other_calls(merged: Snapshot, lock: ToolLock) -> Iterator[Finding]:
    for name in merged.tree.names(_WORKFLOWS):
        path = f"{_WORKFLOWS}/{name}"
        text = (merged.tree.read(path) or b"").decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), start=1):
            call = _CALL.search(line)
            if call and (call["tool"], call["commit"]) != (lock.repository, lock.commit):
                yield Finding(
                    path,
                    number,
                    call.start() + 1,
                    "E355",
                    f"this calls another tool than {PATH} pins",
                    expected=f"{lock.repository} at {lock.commit}",
                    found=quoted(f"{call['tool']} at {call['commit'] or 'this commit'}"),
                    fix=_FIX,
                )
