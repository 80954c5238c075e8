"""What becomes of a file follows from three versions of it, and nothing of people's is lost."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.flows.registry.github_template import repinned
from fedfuse.flows.registry.three_way import Sides
from fedfuse.model.tool_lock import PATH, ToolLock
from fedfuse.model.upgrade import Effect, FileChange

OLD = ToolLock("tools/fedfuse", "5" * 40, "1.0.0", "a" * 64, {1: "b" * 64})
NEW = ToolLock("moved/fedfuse", "6" * 40, "1.1.0", "c" * 64, {1: "b" * 64})
TEXT = b"a\nb\nc\nd\ne\n"
FIRST, LAST, OTHER = (TEXT.replace(*pair) for pair in ((b"a", b"A"), (b"e", b"E"), (b"a", b"X")))


def change(
    base: bytes | None,
    ours: bytes | None,
    theirs: bytes | None,
    *,
    path: str = "f",
    old: ToolLock | None = OLD,
    removable: bool = True,
) -> FileChange | None:
    sides = [{} if data is None else {path: data} for data in (base, ours, theirs)]
    move = partial(repinned, old=old, new=NEW)
    return next(
        iter(Sides(sides[0], sides[1], sides[2], move, lambda _: removable).changes()), None
    )


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "effect", "data"),
    [
        (TEXT, TEXT, FIRST, Effect.CHANGED, FIRST),
        (None, None, TEXT, Effect.ADDED, TEXT),
        (TEXT, TEXT, None, Effect.REMOVED, None),
        (TEXT, LAST, FIRST, Effect.MERGED, FIRST.replace(b"e", b"E")),
        (TEXT, OTHER, FIRST, Effect.CONFLICT, OTHER),
        (TEXT, LAST, None, Effect.CONFLICT, LAST),
        (None, OTHER, TEXT, Effect.CONFLICT, OTHER),
        (b"\0a", b"\0b", b"\0c", Effect.CONFLICT, b"\0b"),
    ],
)
def test_what_becomes_of_a_file(
    base: bytes | None, ours: bytes | None, theirs: bytes | None, effect: Effect, data: bytes | None
) -> None:
    found = change(base, ours, theirs)
    assert found is not None
    assert (found.effect, found.data) == (effect, data)


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [(TEXT, LAST, TEXT), (TEXT, FIRST, FIRST), (TEXT, None, FIRST), (TEXT, None, TEXT)],
    ids=["no news", "people were first", "removed by people", "removed and no news"],
)
def test_what_stays_is_not_listed(base: bytes, ours: bytes | None, theirs: bytes) -> None:
    assert change(base, ours, theirs) is None


def test_what_may_be_peoples_is_never_removed() -> None:
    assert change(TEXT, TEXT, None, removable=False) is None
    assert change(TEXT, LAST, None, removable=False) is None


def test_a_conflict_holds_both_sides_and_the_base() -> None:
    found = change(TEXT, OTHER, FIRST)
    assert found is not None
    assert found.marked.splitlines()[:7] == [
        *(b"<<<<<<< yours", b"X", b"||||||| the old tool's", b"a", b"=======", b"A"),
        b">>>>>>> the new tool's",
    ]


def test_the_lock_is_the_tools_alone() -> None:
    found = change(TEXT, OTHER, FIRST, path=PATH)
    assert found is not None
    assert (found.effect, found.data) == (Effect.CHANGED, FIRST)


@pytest.mark.parametrize(
    ("old", "written", "expected"),
    [
        (OLD, f"uses: {OLD.action('setup')}", f"uses: {NEW.action('setup')}"),
        (OLD, 'uses: "tools/fedfuse/.github/actions/tell@v1"', f"uses: {NEW.action('tell')}"),
        (OLD, OLD.requirement, NEW.requirement),
        (None, "uses: ./.github/actions/setup", f"uses: {NEW.action('setup')}"),
        (OLD, "uses: ./.github/actions/setup", "uses: ./.github/actions/setup"),
        (None, "uses: ./.github/actions/ours", "uses: ./.github/actions/ours"),
        (OLD, "uses: tools/other/.github/actions/setup@v1", ""),
        (OLD, "uses: actions/checkout@v4 # v4.2", ""),
    ],
)
def test_the_pins_move_in_every_workflow_and_nothing_else_does(
    old: ToolLock | None, written: str, expected: str
) -> None:
    for rest in ("", " # mine", "\n    with:\n      a: b"):
        text = f"steps:\n  - {written}{rest}\n".encode()
        wanted = f"steps:\n  - {expected or written}{rest}\n".encode()
        assert repinned(text, old, NEW) == wanted
        assert repinned(wanted, old, NEW) == wanted


def test_an_edited_workflow_moves_its_pins_even_where_the_rest_conflicts() -> None:
    call = f"  - uses: {OLD.action('setup')}\n".encode()
    moved = f"  - uses: {NEW.action('setup')}\n".encode()
    found = change(TEXT + call, OTHER + call, FIRST + moved)
    assert found is not None
    assert (found.effect, found.data) == (Effect.CONFLICT, OTHER + moved)


_TEXTS = st.none() | st.lists(st.sampled_from("abcd"), max_size=5).map(
    lambda lines: "".join(f"{line}\n" for line in lines).encode()
)


@given(base=_TEXTS, ours=_TEXTS, theirs=_TEXTS)
def test_peoples_edit_is_in_the_result_or_in_a_conflict(
    base: bytes | None, ours: bytes | None, theirs: bytes | None
) -> None:
    found = change(base, ours, theirs)
    if found is None or ours in {base, theirs}:
        return
    kept = found.data == ours or found.effect is Effect.MERGED
    assert kept
    if found.effect is Effect.MERGED and base is not None and theirs == base:
        assert found.data == ours
