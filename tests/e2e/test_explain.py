"""`fedfuse explain`: whatever a report or a list names, a user can look up."""

from pathlib import Path

import pytest

from fedfuse.adapters.stores.roster import STORES
from fedfuse.adapters.stores.store import Store
from fedfuse.engine.v1.gates.roster import GUIDES
from fedfuse.flows.checking.checklist_answers import CHECKS
from fedfuse.model import glossary
from fedfuse.model.checklist import MANUAL, OUTSIDE
from fedfuse.model.codes import CATALOG
from tests.support.cli_runner import fedfuse


@pytest.mark.parametrize("check", sorted({*CHECKS, *OUTSIDE, MANUAL}))
def test_every_check_that_the_list_may_name_is_explained(tmp_path: Path, check: str) -> None:
    done = fedfuse(tmp_path, "explain", check)
    lines = done.out.splitlines()
    starts = [line.split(":")[0] for line in lines if not line.startswith(" ") and ":" in line]
    assert (done.code, done.err, starts[0], starts[-2:]) == (0, "", check, ["why", "fix"])
    assert max(map(len, lines)) <= 88
    assert done.out.isascii()


def test_no_text_is_left_of_a_check_that_is_gone() -> None:
    assert set(glossary.CHECKS) == {*CHECKS, *OUTSIDE, MANUAL}


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("E713", "E713: Only a release whose checklist is GO"),
        ("e713", "E713: "),
        ("quality", "quality: The score reaches"),
        ("Mirror", "mirror: The mirror that"),
        ("channel", "channel: A name that moves from release to release"),
        ("s3", "s3: Artifacts at s3://BUCKET/PATH (Amazon Web Services). The revision is"),
        ("store", "store: Where the files of artifacts lie."),
    ],
)
def test_codes_gates_checks_stores_and_words_are_topics(
    tmp_path: Path, topic: str, said: str
) -> None:
    done = fedfuse(tmp_path, "explain", topic)
    assert (done.code, done.out.startswith(said)) == (0, True), done


def test_a_gate_is_explained_with_its_verdicts(tmp_path: Path) -> None:
    assert "\n  waived: a maintainer's waiver" in fedfuse(tmp_path, "explain", "quality").out


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_a_store_is_explained_with_what_it_takes_to_read_it(tmp_path: Path, store: Store) -> None:
    said = " ".join(fedfuse(tmp_path, "explain", store.name).out.split())
    assert " ".join(store.revision_is.split()) in said
    assert store.digest in said
    assert (f"fedfuse[{store.extra}]" in said) == bool(store.extra)
    assert all(variable in said for variable in store.variables)
    assert store.name in fedfuse(tmp_path, "explain", "store").out


def test_no_topic_hides_another() -> None:
    named = [*GUIDES, *glossary.CHECKS, *glossary.WORDS, *(code.lower() for code in CATALOG)]
    names = [*named, *(store.name for store in STORES)]
    assert len(names) == len(set(names))


def test_an_unknown_topic_is_answered_with_all_there_is(tmp_path: Path) -> None:
    done = fedfuse(tmp_path, "explain", "way-back")
    assert done.is_error(2)
    assert all(name in done.err for name in (*GUIDES, *glossary.CHECKS, *glossary.WORDS))
