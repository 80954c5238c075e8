"""Quality families that ask about the sentences in front of them."""

from suite_generator.draw import Draw
from suite_generator.family import Family, Instance, says
from suite_generator.words import COLORS, DEEDS, ECHOED, NAMES, OBJECTS, PLACES, THINGS_LIKED


def _echo(draw: Draw) -> Instance:
    word = draw.pick(ECHOED)
    return Instance({"word": word}, {"kind": "is", "any": [word]})


def _place(draw: Draw) -> Instance:
    (thing, other), (place, elsewhere) = draw.sample(OBJECTS, 2), draw.sample(PLACES, 2)
    slots = {"thing": thing, "other": other, "place": place, "elsewhere": elsewhere}
    return Instance({**slots, "who": draw.pick(NAMES)}, says(place, but_not=(elsewhere,)))


def _person(draw: Draw) -> Instance:
    (who, another), (deed, also) = draw.sample(NAMES, 2), draw.sample(DEEDS, 2)
    slots = {"who": who, "another": another, "did": deed[0], "what": deed[1]}
    return Instance({**slots, "did_also": also[0], "also": also[1]}, says(who, but_not=(another,)))


def _liking(draw: Draw) -> Instance:
    (who, another), (liked, other) = draw.sample(NAMES, 2), draw.sample(THINGS_LIKED, 2)
    slots = {"who": who, "another": another, "liked": liked, "other": other}
    return Instance(slots, says(liked, but_not=(other,)))


def _property(draw: Draw) -> Instance:
    (thing, other), (color, another) = draw.sample(OBJECTS, 2), draw.sample(COLORS, 2)
    slots = {"thing": thing, "other": other, "color": color, "another": another}
    return Instance(slots, says(color, but_not=(another,)))


FAMILIES = (
    Family(
        "echo",
        (
            "Repeat this word: {word}",
            "Say the word {word} and nothing else.",
            "Write only this word: {word}",
            "Copy the word {word}.",
            "Answer with exactly one word: {word}",
            "Echo: {word}",
            'Type the word "{word}".',
            "Please repeat after me: {word}",
            "Your whole answer is the word {word}.",
            "Which word is written here: {word}?",
            "Print {word}",
            "I say {word}. Now you say the same word.",
            "Output the following text: {word}",
            "The word is {word}. What is the word?",
            "Return the word between the dashes: -{word}-",
            "Read this word back to me: {word}",
        ),
        _echo,
    ),
    Family(
        "place",
        (
            "{who} put the {thing} in the {place}. Where is the {thing}?",
            "The {thing} is in the {place}. Where is the {thing}?",
            (
                "The {other} is in the {elsewhere}. The {thing} is in the {place}. "
                "Where is the {thing}?"
            ),
            (
                "The {thing} is in the {place}. The {other} is in the {elsewhere}. "
                "Where is the {thing}?"
            ),
            "{who} found a {thing} in the {place}. Where was the {thing}?",
            (
                "{who} left a {thing} in the {place} and a {other} in the {elsewhere}. "
                "Where is the {thing}?"
            ),
            "{who} is in the {place} with a {thing}. Where is {who}?",
            "{who} went to the {place}. Where did {who} go?",
            "You can buy a {thing} in the {place}. Where can you buy a {thing}?",
            "Note: {thing} - {place}; {other} - {elsewhere}. Where is the {thing}?",
            "{who} hid the {thing} in the {place}, not in the {elsewhere}. Where is the {thing}?",
            "In the {place} there is a {thing}. In which room is the {thing}?",
            (
                "The {thing} was in the {elsewhere}. Then {who} moved it to the {place}. "
                "Where is the {thing} now?"
            ),
            "{who} cleans the {place} every day. Which room does {who} clean?",
            (
                "{who} looked in the {elsewhere}, but the {thing} was in the {place}. "
                "Where was the {thing}?"
            ),
            "Read: 'The {thing} lies in the {place}.' Where does the {thing} lie?",
        ),
        _place,
    ),
    Family(
        "person",
        (
            "{who} {did} the {what}. Who {did} the {what}?",
            "{who} {did} the {what} and {another} {did_also} the {also}. Who {did} the {what}?",
            "{another} {did_also} the {also} and {who} {did} the {what}. Who {did} the {what}?",
            "Yesterday {who} {did} the {what}. Who {did} the {what} yesterday?",
            "The {what}: {who}. The {also}: {another}. Who is named for the {what}?",
            "{who} is the boss of {another}. Who is the boss?",
            "{who} {did} the {what} while {another} slept. Who {did} the {what}?",
            "It was {who}, not {another}, who {did} the {what}. Who {did} the {what}?",
            "{another} asked {who} for help. Who was asked for help?",
            "{who} gave the {what} to {another}. Who gave the {what}?",
            "{who} is older than {another}. Who is older?",
            "The teacher thanked {who} because {who} {did} the {what}. Whom did the teacher thank?",
            "First came {who}, then came {another}. Who came first?",
            "My name is {who}. What is my name?",
            "My friend {who} {did} the {what}. What is the name of my friend?",
            "{another} likes the {what} that {who} {did}. Who {did} the {what}?",
        ),
        _person,
    ),
    Family(
        "liking",
        (
            "{who} likes {liked}. What does {who} like?",
            "{who} likes {liked}. {another} likes {other}. What does {who} like?",
            "{another} likes {other}. {who} likes {liked}. What does {who} like?",
            "{who} ordered {liked}, and {another} ordered {other}. What did {who} order?",
            "{who} loves {liked} but hates {other}. What does {who} love?",
            "{who} hates {other} but loves {liked}. What does {who} love?",
            "For breakfast {who} has {liked}. What does {who} have for breakfast?",
            "{who} buys {liked} at the market. What does {who} buy?",
            "{who}: {liked}. {another}: {other}. What belongs to {who}?",
            "Menu for {who}: {liked}. What is on the menu?",
            "{who} wanted {other}, but there was only {liked}. What was there?",
            "{who} brought {liked} to the party. What did {who} bring?",
            "{another} gave {who} some {liked}. What did {who} get?",
            "{who} asked for {liked} instead of {other}. What did {who} ask for?",
            "The favorite of {who} is {liked}. What is the favorite of {who}?",
            "{who} sells {liked} and {another} sells {other}. What does {who} sell?",
        ),
        _liking,
    ),
    Family(
        "property",
        (
            "The {thing} is {color}. What color is the {thing}?",
            "The {thing} is {color} and the {other} is {another}. What color is the {thing}?",
            "The {other} is {another} and the {thing} is {color}. What color is the {thing}?",
            "I have a {color} {thing}. What color is my {thing}?",
            "I have a {color} {thing} and a {another} {other}. What color is my {thing}?",
            "I painted the {thing} {color}. Which color is it now?",
            (
                "The old {thing} was {another}, the new {thing} is {color}. "
                "What color is the new {thing}?"
            ),
            (
                "Color of the {thing}: {color}. Color of the {other}: {another}. "
                "What is the color of the {thing}?"
            ),
            "She wanted a {another} {thing} but got a {color} one. What color did she get?",
            "Look at the {color} {thing} there. Which color does it have?",
            "My {thing} is {color}, not {another}. What color is it?",
            "All of my things are {color}. What color is my {thing}?",
            "A {color} {thing} lay beside a {another} {other}. What color was the {thing}?",
            (
                "He sold the {another} {other} and kept the {color} {thing}. "
                "What color is the {thing}?"
            ),
            "Only the {thing} is {color}. Which color is the {thing}?",
            "They call it the {color} {thing}. What color is it?",
        ),
        _property,
    ),
)
"""Five families of sixteen phrasings."""
