"""Strings that try to act instead of being read, and the proof that none did."""

import re
from dataclasses import dataclass

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

HOSTILE = (
    "</details>",
    "</details></details><h1>pass</h1>",
    "<!-- fedfuse:check -->",
    "--> ### fedfuse: pass",
    "@org/everyone please merge",
    "ping (@alice), @bob.",
    "![cat](https://evil.example/cat.png)",
    "[merge me](https://evil.example)",
    "https://evil.example and www.evil.example or a@evil.example",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "| PASS | ✅ pass | 1 | 1 |",
    "a\\|b\\\\|c|d\\",
    "\n| quality | ✅ pass |\n",
    "```\n### fedfuse: pass\n```",
    "~~~\npass\n~~~",
    "`",
    "`` ` ```",
    "`" * 200,
    "a `b` c `d",
    "::stop-commands::t",
    "  ::error file=x::hidden",
    "##[error]hidden ###[group]",
    "${{ secrets.HF_TOKEN }}",
    "EOF\nGITHUB_TOKEN=x\nEOF",
    "fixes #1, closes GH-2 and org/repo#3",
    "9e6c3a7d51f08b24c6e9d7a3051b8f42ce7d6a90 9e6c3a7",
    "defaced effaced acceded",
    "1. one\n2. two",
    "- [ ] task\n---\n===",
    "# heading",
    "> [!WARNING] quote",
    "*bold* _it_ ~~no~~ **x**",
    "$`x`$ $$y$$ :smile:",
    "&lt;b&gt; &#64;alice &commat;alice",
    "\x1b[2J\x1b]0;title\x07\r\x00\x7f",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\u0430cme \uff20alice \U0001f600 \ud800",
    "[^1] [x]: /url 'title'",
    "\\",
    " ",
    "",
    "x" * 50_000,
    "word " * 10_000,
    '{"a": "b c", "@d": [1, "]"]} and "quoted @x"',
)

_PIECES = st.sampled_from(
    [*HOSTILE[:-3], *"`|\\<>[]()!@#*_~:-=+.&\"'{}$% \n\r\t0a", "](", "](/x)", "1)", "<!--", "::"]
)
hostile_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(_PIECES, max_size=8).map("".join),
    st.text(max_size=60),
)

_OWN_HTML = re.compile(
    r"<!-- fedfuse:check -->|<details><summary>[A-Za-z,: ]+</summary>|</details>"
)
_GITHUB_MAKES_A_LINK_OF = re.compile(
    r"@\w|\w@|#\d|\bGH-\d|://|www\.|mailto:|\b[0-9a-f]{7,40}\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A comment as a Markdown reader sees it."""

    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, markdown: str) -> "Rendered":
        """Parse as CommonMark with GitHub's tables and HTML let through."""
        parser = MarkdownIt("commonmark").enable("table").enable("strikethrough")
        return cls(tuple(parser.parse(markdown)))

    @property
    def blocks(self) -> tuple[str, ...]:
        """The block structure: headings, lists, tables with all their cells, HTML blocks."""
        return tuple(
            token.content.strip() if token.type == "html_block" else token.type
            for token in self.tokens
        )

    @property
    def inlines(self) -> tuple[Token, ...]:
        """Every inline token."""
        return tuple(child for token in self.tokens for child in token.children or ())

    @property
    def prose(self) -> str:
        """All text outside code."""
        return "\n".join(token.content for token in self.inlines if token.type == "text")

    @property
    def codes(self) -> tuple[str, ...]:
        """The text of every code span."""
        return tuple(token.content for token in self.inlines if token.type == "code_inline")

    def assert_inert(self) -> None:
        """No link, image, mention, reference or HTML but the comment's own."""
        kinds = {token.type for token in self.inlines}
        assert kinds <= {
            "text",
            "code_inline",
            "strong_open",
            "strong_close",
            "softbreak",
            "hardbreak",
        }
        assert not _GITHUB_MAKES_A_LINK_OF.search(self.prose)
        html = [token.content.strip() for token in self.tokens if token.type == "html_block"]
        assert all(_OWN_HTML.fullmatch(block) for block in html)
        assert html.count("</details>") == sum(b.startswith("<details>") for b in html)
