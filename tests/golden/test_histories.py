"""The same histories give the same records and the same judgements, byte for byte, for ever.

While the engine is a draft, `python -m tests.golden renew` writes down what it decides now; the
difference to what is committed is the change of rules that reviewers read.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.golden.contracts import comparisons
from tests.golden.frozen import GOLDEN, TOP
from tests.golden.histories import HISTORIES
from tests.golden.play import play
from tests.golden.registry import Script


@pytest.mark.parametrize("make", HISTORIES)
def test_a_history_comes_to_what_is_written_down(
    make: Callable[[], Script], tmp_path: Path
) -> None:
    played = play(make(), tmp_path / "registry")
    written = {path.name: path for path in (TOP / GOLDEN / make.__name__).iterdir()}
    for name in played.keys() & written.keys():
        assert played[name].decode("ascii") == written[name].read_text("ascii"), name
    assert played.keys() == written.keys()


def test_contracts_are_held_against_each_other_as_is_written_down() -> None:
    written = (TOP / GOLDEN / "contracts.txt").read_text("ascii")
    assert comparisons().decode("ascii") == written
