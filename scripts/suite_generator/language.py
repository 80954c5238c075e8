"""Quality families about words and common facts."""

from suite_generator.draw import Draw
from suite_generator.family import Family, Instance, says
from suite_generator.words import FACTS, KINDS, OPPOSITES, PASTS, PLURALS


def _opposite(draw: Draw) -> Instance:
    word, opposite = draw.pick(OPPOSITES)
    return Instance({"word": word}, says(opposite))


def _plural(draw: Draw) -> Instance:
    one, many = draw.pick(PLURALS)
    return Instance({"word": one}, says(many))


def _past(draw: Draw) -> Instance:
    now, then = draw.pick(PASTS)
    return Instance({"word": now}, says(then))


def _kind(draw: Draw) -> Instance:
    kind, *others = draw.sample(tuple(KINDS), 3)
    member = draw.pick(KINDS[kind])
    wrong = tuple(draw.pick(KINDS[other]) for other in others)
    first, second, third = draw.sample((member, *wrong), 3)
    slots = {"kind": kind, "first": first, "second": second, "third": third}
    return Instance(slots, says(member, but_not=wrong))


def _fact(draw: Draw) -> Instance:
    asked, answer = draw.pick(FACTS)
    return Instance({"asked": asked}, says(answer))


FAMILIES = (
    Family(
        "opposite",
        (
            "What is the opposite of {word}?",
            "Name the opposite of {word}.",
            "Which word means the opposite of {word}?",
            "{word} is the opposite of what?",
            "Opposite of {word}:",
            "Something that is not {word} is",
            "Complete: the opposite of {word} is",
            "Give an antonym of {word}.",
            "I say {word}, you say the opposite.",
            "Tell me a word with the opposite meaning of {word}.",
            "If it is not {word}, what is it?",
            "Write the contrary of {word}.",
            "A pair of opposites: {word} and",
            "Find the antonym: {word}",
            "In a book of opposites, what stands beside {word}?",
            "What do you call the reverse of {word}?",
        ),
        _opposite,
    ),
    Family(
        "plural",
        (
            "What is the plural of {word}?",
            "One {word}, two",
            "Write the plural of {word}.",
            "Plural of {word}:",
            "I have one {word}. You have many what?",
            "Give the plural form of the noun {word}.",
            "Turn this word into the plural: {word}",
            "There is one {word} here and there are three",
            "How do you call more than one {word}?",
            "Complete: one {word}, many",
            "What word do we use for several of a {word}?",
            "Change {word} from singular to plural.",
            "In English the plural of {word} is",
            "Say {word} in the plural.",
            "Spell the plural of the word {word}.",
            "Not one {word} but ten",
        ),
        _plural,
    ),
    Family(
        "past",
        (
            "What is the past tense of {word}?",
            "Today I {word}. Yesterday I",
            "Write the past tense of {word}.",
            "Past tense of {word}:",
            "Put the verb {word} into the past tense.",
            "Give the simple past of {word}.",
            "Now we {word}; last week we",
            "Complete: the past tense of {word} is",
            "Turn this verb into the past: {word}",
            "How do you say {word} in the past tense?",
            "They {word} every day. What did they do yesterday?",
            "Change {word} from present to past.",
            "What form does {word} take in the past?",
            "Say {word} in the past tense.",
            "In English the past of {word} is",
            "Which word is the past tense of the verb {word}?",
        ),
        _past,
    ),
    Family(
        "kind",
        (
            "Which of these is a kind of {kind}: {first}, {second} or {third}?",
            "Pick the {kind}: {first}, {second}, {third}",
            "{first}, {second}, {third}. Which one is a {kind}?",
            "Find the {kind} in this list: {first}, {second}, {third}",
            "One of these words names a {kind}: {first}, {second}, {third}. Which one?",
            "Options: {first} / {second} / {third}. Name the {kind}.",
            "Is {first}, {second} or {third} a {kind}?",
            "Choose the word that names a {kind}: {first}, {second}, {third}.",
            "Here are three words: {first}, {second} and {third}. The {kind} is",
            "I see {first}, {second} and {third}. Which is the {kind}?",
            "Only one is a {kind}. Is it {first}, {second} or {third}?",
            "From {first}, {second} and {third}, select the {kind}.",
            "Words: {first} {second} {third}. Question: which word is a {kind}?",
            "What is the {kind} among {first}, {second} and {third}?",
            "Say which one is a {kind}: {first}, {second}, {third}.",
            "A {kind} hides among {first}, {second}, {third}. Name it.",
        ),
        _kind,
    ),
    Family(
        "fact",
        (
            "What is {asked}?",
            "Name {asked}.",
            "Tell me {asked}.",
            "I want to know {asked}.",
            "Complete: {asked} is",
            "Can you name {asked}?",
            "Quiz question: what is {asked}?",
            "Answer in one word: what is {asked}?",
            "Write down {asked}.",
            "My child asks: what is {asked}?",
            "Please state {asked}.",
            "Do you know {asked}?",
            "{asked}:",
            "Fill in the blank. {asked} is ____.",
            "In a crossword I need {asked}.",
            "For one point, give {asked}.",
        ),
        _fact,
    ),
)
"""Five families of sixteen phrasings."""
