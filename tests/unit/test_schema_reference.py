import re

from tests.support.schema_reference import PAGES, REFERENCE, RENEW, render


def test_the_reference_is_what_the_schemas_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == render(), f"renew it: {RENEW}"


def test_the_reference_has_a_row_for_a_field_of_every_depth() -> None:
    text = render()
    for key in ("providers.<key>.actors", "artifact.files[].sha256", "breach_key", "subject"):
        assert text.count(f"| `{key}` | ") >= 1, key
    assert text.count("\n## ") == len(PAGES)


def test_markdown_swallows_no_word_of_the_reference() -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", render(), flags=re.DOTALL)
    assert "<" not in prose
