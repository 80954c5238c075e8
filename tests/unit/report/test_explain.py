"""What `fedfuse explain` shows."""

from fedfuse.report import explain, markdown, text

RULE = {
    "topic": "E302",
    "says": "The id agrees with the path",
    "why": "Two names drift.",
    "fix": "Write `id: a/b-v3`.",
}


def test_a_rule_is_its_title_its_reason_and_its_fix() -> None:
    assert text.render(explain.blocks(RULE)) == (
        "E302: The id agrees with the path\n\nwhy: Two names drift.\n\nfix: Write `id: a/b-v3`.\n"
    )


def test_a_rule_as_markdown_has_a_paragraph_for_each() -> None:
    assert markdown.render(explain.blocks(RULE)) == (
        "**E302:** The id agrees with the path\n\n"
        "**why:** Two names drift.\n\n**fix:** Write `id: a/b-v3`.\n"
    )


def test_a_gate_ends_in_a_list_of_its_verdicts() -> None:
    gate = RULE | {"verdicts": {"pass": "fast enough", "fail": "too slow"}}
    assert text.render(explain.blocks(gate)).endswith("\n  pass: fast enough\n  fail: too slow\n")
    assert "\n- **pass:** fast enough\n- **fail:** too slow\n" in (
        markdown.render(explain.blocks(gate))
    )


def test_long_text_is_wrapped_for_a_terminal() -> None:
    lines = text.render(explain.blocks(RULE | {"why": "word " * 60})).splitlines()
    assert max(map(len, lines)) <= 88
    assert lines[3].startswith("     word")
