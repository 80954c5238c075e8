"""A tag on the mirror is what git says, file by file, and stays where it is."""

from pathlib import Path

import pytest

from fedfuse.errors import DivergedError
from fedfuse.model.canonical import dumps_by_key
from tests.support.bundles import bundle, channels, tag_of
from tests.support.mirrors import Rig, codes_of, hub_rig, mirror

ONE, TWO, THREE = bundle("1.0.0"), bundle("1.1.0"), bundle("1.1.1")

EDITED = b"---\nlicense: mit\n---\nedited by hand\n"


@pytest.mark.parametrize("path", sorted({*ONE.files, "handler.py"}))
def test_a_tag_with_other_content_is_an_error_and_nothing_is_written(rig: Rig, path: str) -> None:
    wanted = channels(7, "1.1.0")
    mirror(rig, [ONE, TWO], wanted)
    rig.tag_by_hand(ONE.tag, {path: EDITED})
    before = rig.everything()
    assert "E522" in codes_of(rig, [ONE, TWO], wanted)
    with pytest.raises(DivergedError, match=ONE.tag):
        mirror(rig, [ONE, TWO, THREE], channels(8, "1.1.1"))
    assert rig.everything() == before


def test_a_tag_that_was_moved_together_with_its_memory_is_refused_all_the_same(rig: Rig) -> None:
    wanted, seen = channels(7, "1.1.0"), set[str]()
    mirror(rig, [ONE, TWO], wanted, seen=seen)
    rig.tag_by_hand(ONE.tag, {"handler.py": b"import os", "README.md": EDITED})
    rig.edit({"tags.json": dumps_by_key(rig.tags())})
    for clone in (seen, set[str]()):
        with pytest.raises(DivergedError, match=rf"{ONE.tag} \(README.md, handler.py\)"):
            mirror(rig, [ONE, TWO], wanted, seen=clone)
    assert "E522" in codes_of(rig, [ONE, TWO], wanted)


def test_a_tag_that_was_moved_to_equal_files_is_refused_too(tmp_path: Path) -> None:
    wanted = channels(7, "1.1.0")
    with hub_rig(tmp_path) as rig:
        mirror(rig, [ONE, TWO], wanted)
        before = rig.tags()[ONE.tag]
        rig.tag_by_hand(ONE.tag, {})
        after = rig.everything()
        with pytest.raises(DivergedError, match=f"moved from {before[:12]}"):
            mirror(rig, [ONE, TWO], wanted)
        assert rig.everything() == after
        assert "E551" in codes_of(rig, [ONE, TWO], wanted)


@pytest.mark.parametrize("memory", [b"[]", b"{", b"null", b'{"x":1}', b"\xff"])
def test_a_memory_that_is_none_is_written_anew(rig: Rig, memory: bytes) -> None:
    wanted = channels(7, "1.1.0")
    mirror(rig, [ONE, TWO], wanted)
    before = rig.files()
    rig.edit({"tags.json": memory})
    mirror(rig, [ONE, TWO], wanted)
    assert rig.files() == before


def test_a_memory_that_was_deleted_is_named_by_the_audit_and_by_who_writes_it_anew(
    rig: Rig,
) -> None:
    wanted = channels(7, "1.1.0")
    mirror(rig, [ONE, TWO], wanted)
    before = rig.files()
    rig.edit({}, ["tags.json"])
    assert codes_of(rig, [ONE, TWO], wanted) == ["E524"]
    assert mirror(rig, [ONE, TWO], wanted).restored == ("tags.json",)
    assert rig.files() == before


def test_a_forged_tag_is_refused_though_the_memory_was_deleted(rig: Rig) -> None:
    wanted = channels(7, "1.1.0")
    mirror(rig, [ONE, TWO], wanted)
    rig.tag_by_hand(ONE.tag, {"handler.py": b"import os"})
    rig.edit({}, ["tags.json"])
    assert {"E522", "E524"} <= {*codes_of(rig, [ONE, TWO], wanted)}
    with pytest.raises(DivergedError, match=ONE.tag):
        mirror(rig, [ONE, TWO], wanted)


def test_a_tag_that_was_deleted_after_a_forgery_is_made_anew(tmp_path: Path) -> None:
    wanted = channels(7, "1.1.0", "1.0.0")
    with hub_rig(tmp_path) as rig:
        mirror(rig, [ONE, TWO], wanted)
        rig.tag_by_hand(ONE.tag, {"handler.py": b"import os"})
        assert rig.hub is not None
        rig.hub.store.repository("acme/federated").delete_tag(ONE.tag)
        assert mirror(rig, [ONE, TWO], wanted).created == (ONE.tag,)
        assert codes_of(rig, [ONE, TWO], wanted) == []
        assert not mirror(rig, [ONE, TWO], wanted).rewrote_main


def test_a_clone_that_has_seen_nothing_reads_every_tag_once(tmp_path: Path) -> None:
    bundles = [bundle(f"1.{minor}.0") for minor in range(9)]
    with hub_rig(tmp_path) as rig:
        mirror(rig, bundles, channels(9, "1.8.0"))
        assert rig.hub is not None
        seen = set[str]()
        costs = []
        for _ in range(2):
            before = len(rig.hub.seen)
            mirror(rig, bundles, channels(9, "1.8.0"), seen=seen)
            costs.append(len(rig.hub.seen) - before)
    assert costs == [2 + len(bundles), 2]


def test_a_moved_tag_is_noticed_without_rereading_all_of_them(tmp_path: Path) -> None:
    with hub_rig(tmp_path) as rig:
        mirror(rig, [ONE, TWO], channels(7, "1.1.0"))
        repository = rig.hub.store.repository("acme/federated") if rig.hub else None
        assert repository is not None
        repository.delete_tag(ONE.tag)
        repository.tag(ONE.tag, rig.tags()[TWO.tag])
        with pytest.raises(DivergedError, match=tag_of("1.0.0")):
            mirror(rig, [ONE, TWO], channels(7, "1.1.0"))
