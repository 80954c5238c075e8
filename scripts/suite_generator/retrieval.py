"""Retrieval items: a query, the one passage that answers it, and passages that almost do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from suite_generator.draw import Draw
from suite_generator.family import Draft
from suite_generator.words import COLORS, DAYS, DISHES, JOBS, NAMES, OBJECTS, PLACES, TOWNS

_NEGATIVES = 9


@dataclass(frozen=True, slots=True)
class Topic:
    """Queries beside the passages that answer them, both with `{slots}`."""

    name: str
    keys: Mapping[str, tuple[str, ...]]
    """Two slots that a query names; a passage with another value does not answer it."""
    details: Mapping[str, tuple[str, ...]]
    """Slots that only passages fill."""
    pairs: tuple[tuple[str, str], ...]
    """(query, passage); a pair is a cluster."""

    def drafts(self, part: str, seed: int, *, per_phrasing: int) -> Iterator[Draft]:
        """The topic's items in order."""
        for number in range(len(self.pairs)):
            cluster = f"{part}-{self.name}-{number + 1:02d}"
            for nth in range(per_phrasing):
                yield self._draft(Draw(seed, cluster, nth), cluster, number)

    def _draft(self, draw: Draw, cluster: str, number: int) -> Draft:
        asked = {slot: draw.pick(words) for slot, words in self.keys.items()}
        query, passage = self.pairs[number]
        positive = self._filled(draw, passage, asked)
        passages = [positive]
        while len(passages) <= _NEGATIVES:
            almost = self._filled(draw, draw.pick(self.pairs)[1], self._other(draw, asked))
            if almost not in passages:
                passages.append(almost)
        shown = draw.sample(passages, len(passages))
        answer = {"kind": "rank", "value": shown.index(positive)}
        return Draft(self.name, cluster, query.format_map(asked), answer, passages=tuple(shown))

    def _other(self, draw: Draw, asked: Mapping[str, str]) -> dict[str, str]:
        """Keys that differ from the asked ones in exactly one slot."""
        changed = draw.pick(tuple(self.keys))
        others = tuple(word for word in self.keys[changed] if word != asked[changed])
        return {**asked, changed: draw.pick(others)}

    def _filled(self, draw: Draw, passage: str, keys: Mapping[str, str]) -> str:
        details = {slot: draw.pick(words) for slot, words in self.details.items()}
        return passage.format_map({**keys, **details})


TOPICS = (
    Topic(
        "storage",
        {"who": NAMES, "thing": OBJECTS},
        {"place": PLACES},
        (
            ("Where is the {thing} of {who}?", "{who} keeps the {thing} in the {place}."),
            ("In which room is the {thing} of {who}?", "The {thing} of {who} is in the {place}."),
            ("Where does {who} keep the {thing}?", "{who} has put the {thing} into the {place}."),
            ("{who} looks for the {thing}", "In the {place} lies the {thing} of {who}."),
            ("find the {thing} that {who} lost", "{who} lost the {thing} in the {place}."),
            ("place of the {thing}, owner {who}", "Owner: {who}. Item: {thing}. Room: {place}."),
            ("Where did {who} leave the {thing}?", "The {thing} was left in the {place} by {who}."),
            (
                "Who knows where the {thing} of {who} is?",
                "You find {who}'s {thing} in the {place}.",
            ),
            ("{who} {thing} location", "{who} stores a {thing} in the {place}."),
            (
                "Has anybody seen the {thing} of {who}?",
                "I saw the {thing} of {who} in the {place}.",
            ),
        ),
    ),
    Topic(
        "work",
        {"who": NAMES, "town": TOWNS},
        {"job": JOBS},
        (
            ("What is the job of {who} in {town}?", "{who} works as a {job} in {town}."),
            ("What does {who} from {town} do?", "{who} from {town} is a {job}."),
            ("Profession of {who}, {town}", "In {town}, {who} is the best {job}."),
            ("How does {who} earn money in {town}?", "{who} earns money as a {job} in {town}."),
            ("What did {who} become in {town}?", "{who} moved to {town} and became a {job}."),
            ("{who} {town} career", "{who} learned to be a {job} in {town}."),
            ("As what was {who} hired in {town}?", "A firm in {town} hired {who} as a {job}."),
            ("Which trade has {who} of {town}?", "Name: {who}. Town: {town}. Trade: {job}."),
            ("What kind of work has {who} in {town}?", "People in {town} know {who} as a {job}."),
            ("Tell me the occupation of {who} in {town}", "{town} has a new {job}: {who}."),
        ),
    ),
    Topic(
        "meeting",
        {"who": NAMES, "day": DAYS},
        {"place": PLACES, "town": TOWNS},
        (
            ("Where is {who} on {day}?", "On {day} {who} is in the {place}."),
            ("Where can I meet {who} on {day}?", "You can meet {who} at the {place} on {day}."),
            ("{who}, plan for {day}", "{who} spends {day} at the {place} in {town}."),
            ("What does {who} do every {day}?", "Every {day} {who} goes to the {place}."),
            ("Where does {who} travel on {day}?", "{who} takes the train to {town} on {day}."),
            ("Is {who} free on {day}?", "{who} is busy in the {place} on {day}."),
            ("appointment {who} {day}", "{day}: {who} has an appointment in the {place}."),
            ("Which town does {who} visit on {day}?", "{who} visits {town} on {day}."),
            ("Who expects {who} on {day}?", "The people of {town} expect {who} on {day}."),
            ("Where will {who} be next {day}?", "Next {day} {who} will be in {town}."),
        ),
    ),
    Topic(
        "kitchen",
        {"who": NAMES, "dish": DISHES},
        {"day": DAYS, "place": PLACES},
        (
            ("When does {who} cook {dish}?", "{who} cooks {dish} on {day}."),
            ("On which day is there {dish} from {who}?", "On {day} {who} serves {dish}."),
            ("Where does {who} sell {dish}?", "{who} sells {dish} in the {place}."),
            ("{dish} by {who}", "{who} makes {dish} every {day}."),
            ("Where can I taste the {dish} of {who}?", "The {dish} of {who} waits in the {place}."),
            ("When did {who} first eat {dish}?", "{who} first ate {dish} on a {day}."),
            ("Who gets {dish} from {who}?", "{who} brings {dish} to the {place}."),
            ("Which day is {dish} day for {who}?", "For {who}, {day} is the day of {dish}."),
            ("Where is the {dish} that {who} made?", "{who} left the {dish} in the {place}."),
            ("recipe {dish} {who} notes", "{who} wrote down how to make {dish} on {day}."),
        ),
    ),
    Topic(
        "shop",
        {"color": COLORS, "thing": OBJECTS},
        {"town": TOWNS, "who": NAMES},
        (
            ("Who sells a {color} {thing}?", "{who} sells a {color} {thing} in {town}."),
            ("Where can I buy a {color} {thing}?", "A shop in {town} has a {color} {thing}."),
            ("{color} {thing} for sale", "For sale: a {color} {thing}, ask {who}."),
            ("Who owns the {color} {thing}?", "The {color} {thing} belongs to {who}."),
            ("Which town has the {color} {thing}?", "In {town} you can see a {color} {thing}."),
            ("Who lost a {color} {thing}?", "{who} lost a {color} {thing} in {town}."),
            ("Who found the {color} {thing}?", "The {color} {thing} was found by {who}."),
            ("Who would like a {color} {thing}?", "{who} would like to get a {color} {thing}."),
            ("Where was the {color} {thing} made?", "This {color} {thing} was made in {town}."),
            ("Who painted a {color} {thing}?", "{who} painted a picture of a {color} {thing}."),
        ),
    ),
)
"""Five topics of ten query and passage pairs."""
