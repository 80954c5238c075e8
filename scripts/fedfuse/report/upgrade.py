"""What an upgrade would do, as a table, and as the text of its pull request."""

from collections import Counter
from collections.abc import Iterator

from fedfuse.model import tool_lock
from fedfuse.model.upgrade import Effect, FileChange, Upgrade
from fedfuse.report import markdown
from fedfuse.report.blocks import Block, Code, Content, Heading, Items, Paragraph, Table, counted

_COLUMNS = ("what", "where", "change")
_PARTS = {
    tool_lock.PATH: "lock",
    "schemas/": "schema",
    ".github/workflows/": "workflow",
    ".github/rulesets/": "ruleset",
}


def blocks(upgrade: Upgrade) -> tuple[Block, ...]:
    """The upgrade for people: versions, engine, then every file; removed ones by their folder."""
    return (Table(_COLUMNS, tuple(_rows(upgrade)), noun="file"),)


def engine_line(upgrade: Upgrade) -> str:
    """What the reader does about the engine; empty where there is nothing newer."""
    if upgrade.raised == upgrade.newest:
        return ""
    return (
        f"engine {upgrade.raised} goes on judging; when this tool is on main, engine "
        f"{upgrade.newest} is a pull request of its own: fedfuse upgrade --engine {upgrade.newest}"
    )


def body(upgrade: Upgrade, left: tuple[str, ...]) -> str:
    """What the pull request of an upgrade says; `left` are the conflicts that are still open."""
    conflicts: tuple[Block, ...] = ()
    if left:
        what = "Main's version of these files stays. Merge them by hand, on this branch:"
        conflicts = (Heading("Conflicts"), Paragraph(what), Items(tuple(map(Code, left))))
    line = engine_line(upgrade)
    after = (Paragraph(f"{line[:1].upper()}{line[1:]}."),) if line else ()
    return markdown.render((*blocks(upgrade), *conflicts, *after)).strip("\n") + "\n"


def _rows(upgrade: Upgrade) -> Iterator[tuple[Content, ...]]:
    if upgrade.before != upgrade.after:
        yield "tool", f"{upgrade.before or 'a copy in this registry'} to {upgrade.after}", ""
    if upgrade.raises:
        yield "engine", f"{upgrade.engine} to {upgrade.raised}", ""
    else:
        again = "" if upgrade.same_rules else ", and makes the same releases of main"
        yield "engine", str(upgrade.engine), f"stays{again}"
    for one in upgrade.changes:
        if one.effect is not Effect.REMOVED:
            yield _part(one), Code(one.path), one.effect.value
    gone = Counter(_folder(one.path) for one in upgrade.changes if one.effect is Effect.REMOVED)
    for folder, number in gone.items():
        yield "copy", Code(folder), f"removed: {counted(number, 'file')}"


def _part(one: FileChange) -> str:
    return next((part for start, part in _PARTS.items() if one.path.startswith(start)), "file")


def _folder(path: str) -> str:
    folder, slash, _ = path.partition("/")
    return f"{folder}{slash}"
