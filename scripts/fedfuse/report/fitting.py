"""Cuts what is too long for a comment or an issue of GitHub, and says so."""

from collections.abc import Iterable

from fedfuse.report.summary import counted

SENTENCE = 300
"""Characters kept free for the sentence that says what was left out."""


def fitted(head: str, lines: Iterable[str], *, total: int, noun: str, room: int, rest: str) -> str:
    """The head and as many lines as fit into `room`; what is left is counted.

    `total` is the number of lines, `rest` a sentence that says where all of them are.
    """
    taken: list[str] = []
    room -= len(head) + SENTENCE
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        taken.append(line)
    left = total - len(taken)
    more = f"\n\n…and {counted(left, f'more {noun}')}. {rest}" if left else ""
    return head + "\n".join(taken) + more
