"""Quality families about order and small numbers."""

from suite_generator.draw import Draw
from suite_generator.family import Family, Instance, number, says
from suite_generator.words import DAYS, MONTHS, NAMES, OBJECTS


def _next(draw: Draw) -> Instance:
    names, kind = draw.pick(((DAYS, "day"), (MONTHS, "month")))
    at = draw.below(len(names))
    after = names[(at + 1) % len(names)]
    return Instance({"name": names[at], "kind": kind}, says(after))


def _sum(draw: Draw) -> Instance:
    one, other = draw.between(1, 9), draw.between(1, 9)
    slots = {"a": str(one), "b": str(other), "who": draw.pick(NAMES), "thing": draw.pick(OBJECTS)}
    return Instance(slots, number(one + other))


def _difference(draw: Draw) -> Instance:
    taken = draw.between(1, 8)
    total = draw.between(taken + 1, 12)
    slots = {"a": str(total), "b": str(taken), "who": draw.pick(NAMES)}
    return Instance({**slots, "thing": draw.pick(OBJECTS)}, number(total - taken))


def _larger(draw: Draw) -> Instance:
    small, large = draw.between(2, 40), draw.between(50, 99)
    first, second = draw.sample((small, large), 2)
    slots = {"a": str(first), "b": str(second), "large": str(large), "small": str(small)}
    (who, other) = draw.sample(NAMES, 2)
    answer = says(str(large), but_not=(str(small),))
    return Instance({**slots, "who": who, "other": other}, answer)


FAMILIES = (
    Family(
        "next",
        (
            "Which {kind} comes after {name}?",
            "What {kind} follows {name}?",
            "{name} is over. Which {kind} is it now?",
            "The {kind} after {name} is",
            "Name the {kind} after {name}.",
            "First {name}, then",
            "If this {kind} is {name}, what is the next {kind}?",
            "Next {kind} after {name}:",
            "Complete: after {name} comes",
            "What comes right after {name}?",
            "This {kind} is {name}. What is the next one called?",
            "In the calendar, {name} is followed by",
            "Tell me the {kind} that comes directly after {name}.",
            "We met in {name} and again one {kind} later. When was that?",
            "One {kind} later than {name} is",
            "Say the next {kind}: {name},",
        ),
        _next,
    ),
    Family(
        "sum",
        (
            "What is {a} + {b}?",
            "{a} + {b} =",
            "Add {a} and {b}.",
            "How much is {a} plus {b}?",
            "{who} has {a} coins and gets {b} more. How many coins does {who} have?",
            "What is the sum of {a} and {b}?",
            "Compute {a} + {b}.",
            "{a} birds sit on a roof. {b} more come. How many birds are there?",
            "If you add {b} to {a}, what do you get?",
            "There are {a} red and {b} blue balls. How many balls are there?",
            "Solve: {a} + {b}",
            "{who} buys {a} stamps today and {b} tomorrow. How many stamps is that?",
            "Total of {a} and {b}:",
            "{a} plus {b} equals",
            "Start with {a} and count {b} further. Where do you end?",
            "Give only the number: {a} + {b}",
        ),
        _sum,
    ),
    Family(
        "difference",
        (
            "What is {a} - {b}?",
            "{a} - {b} =",
            "Subtract {b} from {a}.",
            "How much is {a} minus {b}?",
            "{who} has {a} coins and loses {b}. How many coins are left?",
            "What is the difference between {a} and {b}?",
            "Compute {a} - {b}.",
            "{a} birds sit on a roof. {b} fly away. How many birds are left?",
            "If you take {b} from {a}, what is left?",
            "There were {a} cakes. {who} ate {b}. How many cakes are left?",
            "Solve: {a} - {b}",
            "{who} had {a} stamps and used {b}. How many stamps remain?",
            "{a} without {b}:",
            "{a} minus {b} equals",
            "Start with {a} and count {b} back. Where do you end?",
            "Give only the number: {a} - {b}",
        ),
        _difference,
    ),
    Family(
        "larger",
        (
            "Which number is larger, {a} or {b}?",
            "What is more: {a} or {b}?",
            "Pick the bigger number: {a}, {b}",
            "Name the greater of {a} and {b}.",
            "{who} is {large} years old and {other} is {small}. How old is the older one?",
            "The maximum of {a} and {b} is",
            "Two numbers: {a} and {b}. Which one is the highest?",
            "Which price is higher, {a} euros or {b} euros?",
            "{a} or {b}: write the larger number.",
            "Between {a} and {b}, choose the larger number.",
            (
                "A team scored {large} points, the other team {small}. "
                "How many points did the winner score?"
            ),
            "Larger number of {a} and {b}:",
            "Say the bigger one: {a} or {b}.",
            "Is {a} or {b} the larger number?",
            "Sort {a} and {b} and give me only the largest.",
            "The road is {a} km, the track is {b} km. How many km has the longer one?",
        ),
        _larger,
    ),
)
"""Four families of sixteen phrasings."""
