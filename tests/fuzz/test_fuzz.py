import pytest

from tests.fuzz.__main__ import EVERY, main


@pytest.mark.slow  # thousands of inputs
@pytest.mark.parametrize("name", sorted(EVERY))
def test_hostile_input_is_refused_and_never_a_bug(name: str) -> None:
    """A part of what `python -m tests.fuzz` does."""
    assert main(["--only", name, "--inputs", str(3 * EVERY[name].share), "--seed", "7"]) == 0
