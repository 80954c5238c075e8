"""The routing suite, version 1: prompts of eight types, split by template family."""

import string
from collections.abc import Iterator, Mapping

from suite_generator.draw import Draw
from suite_generator.routing_families import FAMILIES
from suite_generator.routing_words import SLOTS

NAME = "routing"
SEED = 20261125
PER_FAMILY = 16
PARTS = {"train": ("l", range(9)), "calibration": ("c", range(9, 12)), "test": ("t", range(12, 15))}
"""Part to the letter of its ids and to the numbers of each type's families."""

Row = Mapping[str, str]


def rows(families: range, *, letter: str, seed: int = SEED, per: int = PER_FAMILY) -> Iterator[Row]:
    """Items of these families of every type, family after family."""
    number = 0
    for prompt_type, templates in FAMILIES.items():
        for family in families:
            cluster = f"{prompt_type}-{family + 1:02d}"
            for prompt in _prompts(templates[family], cluster, seed, per):
                number += 1
                yield {
                    "id": f"{letter}{number}",
                    "category": prompt_type,
                    "cluster": cluster,
                    "prompt": prompt,
                }


def _prompts(template: str, cluster: str, seed: int, per: int) -> list[str]:
    """Different prompts of one family."""
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    found: dict[str, None] = {}
    for nth in range(per * 8):
        draw = Draw(seed, cluster, nth)
        words = {name: _fill(name, draw) for name in dict.fromkeys(names)}
        found[template.format_map(words)] = None
        if len(found) == per:
            break
    return list(found)


def _fill(slot: str, draw: Draw) -> str:
    if slot in {"n", "m"}:
        return str(draw.between(2, 9) if slot == "m" else draw.between(11, 99))
    return draw.pick(SLOTS[slot])
