"""What `fedfuse explain` prints."""

from functools import partial

from fedfuse.report import explain

RULE = partial(
    explain.topic,
    "E302",
    "The id agrees with the path",
    why="Two names drift.",
    fix="Write `id: a/b-v3`.",
)


def test_a_rule_is_its_title_its_reason_and_its_fix() -> None:
    assert RULE() == (
        "E302: The id agrees with the path\nwhy: Two names drift.\nfix: Write `id: a/b-v3`.\n"
    )


def test_a_rule_as_markdown_is_a_section() -> None:
    assert RULE(form="markdown") == (
        "### E302\n\nThe id agrees with the path\n\n"
        "**Why:** Two names drift.\n\n**Fix:** Write `id: a/b-v3`.\n"
    )


def test_long_text_is_wrapped_for_a_terminal() -> None:
    text = explain.topic("latency", "fast enough", why="word " * 60, fix="wait")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 88
    assert lines[2].startswith("     word")
