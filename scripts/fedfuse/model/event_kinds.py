"""The kinds of events: what each asks for, who may open it, what it does, and which rules judge it.

A new kind touches these files and its tests:

1. here: its `EventKind`, with the codes of the rules that judge it
2. `schemas/event.v1.schema.json`: its fields
3. `flows/checking/event_rules.py`: the function that judges it
4. the engine: what it does to the fold or to what serves
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fedfuse.model.rule import Rule

_REASON = "Why, in one line; it stays for ever."


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing that the command of a kind asks for; a field of the event unless flows say else."""

    name: str
    """As an option, with `--` before it."""
    help: str
    metavar: str = ""
    form: Literal["text", "number", "time", "file"] = "text"
    choices: tuple[str, ...] = ()
    """The only words that fit; empty for any."""
    is_argument: bool = False
    """Whether it has a place of its own instead of being an option."""
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """One kind of event."""

    name: str
    """`kind` of the event, and the name of its command."""
    help: str
    """What the command does, as its help says."""
    words: tuple[Word, ...]
    effect: str
    """What the event does, in a sentence: of the pull request that proposes it."""
    subject: str
    """What it is about, made from its fields, as its commit's subject line says."""
    wish: str = ""
    """Makes it the same wish as another of its kind; empty where the subject does."""
    story: str
    """What happened, made from its fields, as the history tells it before the reason."""
    moves: bool = True
    """Whether it moves what serves; the other kinds are for the fold of releases."""
    app_may_open: bool = False
    """Whether the release App may open it; maintainers may open any."""
    not_for_own_provider: bool = False
    """Whether people of the provider whose unit it names may not open it."""
    has_checklist: bool = False
    """Whether its release's go/no-go list is asked what lies outside main."""
    rules: tuple[Rule, ...]
    """What `check` holds against it, beside what holds for every event."""

    @property
    def sentence(self) -> str:
        """What it does, who may open it, and which rules judge it."""
        people = (
            "Maintainers but those of the provider" if self.not_for_own_provider else "Maintainers"
        )
        who = f"{people} and the App" if self.app_may_open else people
        codes = f" Rules: {', '.join(rule.code for rule in self.rules)}." if self.rules else ""
        return f"{self.effect} {who} may open it.{codes}"


_PROMOTE = EventKind(
    name="promote",
    help="Write the event that promotes a release.",
    words=(Word(name="release", metavar="TAG", help="The release.", is_argument=True),),
    effect="This puts a release in production.",
    subject="{release}",
    story="promote {release}",
    app_may_open=True,
    has_checklist=True,
    rules=(
        Rule(
            "E703",
            "Only a release that exists is promoted",
            "Production serves what a tag carries, nothing else.",
            "Name a tag that `fedfuse status` lists.",
        ),
        Rule(
            "E704",
            "A promotion changes what serves, and never back to a quarantined release",
            "A release that breached its objectives stays out for good.",
            "Promote another release.",
        ),
        Rule(
            "E705",
            "Nothing is promoted while a hold stands",
            "A rollback holds promotions so that people look before the next one.",
            "Lift the hold in an event of its own, then promote.",
        ),
        Rule(
            "E710",
            "A promotion adds exactly the record its tag carries",
            "`releases/<tag>.json` is what people review; it must be what nodes get.",
            "Add the record from the tag byte for byte.",
        ),
        Rule(
            "E712",
            "A release is promoted in a window of `cadence.production`",
            "Promotions happen when people are there to watch them.",
            "Promote in the window that `registry.yaml` names; in an emergency roll back instead.",
        ),
        Rule(
            "E713",
            "Only a release whose checklist is GO is promoted",
            "One list for every release: what has to be true before it serves.",
            "`fedfuse checklist TAG` shows every item with its evidence; mend what says no.",
        ),
    ),
)
_ROLLBACK = EventKind(
    name="rollback",
    help="Write the event that takes production back.",
    words=(
        Word(name="reason", help=_REASON),
        Word(
            name="to",
            metavar="TAG",
            help="Default: the newest healthy warm release.",
            is_optional=True,
        ),
    ),
    effect="This takes production back, quarantines the release that serves, and holds "
    "promotions until an event lifts the hold.",
    subject="to {to}",
    story="rollback {from} to {to}",
    app_may_open=True,
    rules=(
        Rule(
            "E706",
            "A rollback goes from production to a warm release",
            "Only warm releases are verified and ready to serve.",
            "Name production in `from` and a warm release in `to`; `fedfuse status` shows both.",
        ),
        Rule(
            "E714",
            "A rollback goes to the newest healthy warm release",
            "An older one would take back more than what broke, and one with a withdrawn member "
            "would bring the withdrawn version back.",
            "Name the release that `fedfuse rollback` proposes.",
        ),
        Rule(
            "E717",
            "A rollback that claims a breach proves it by its counters",
            "Only such a rollback may be merged without a person, so anyone must be able to "
            "recompute the decision.",
            "Let `fedfuse slo check` write the event, or leave out `breach_key` and `counters`.",
        ),
    ),
)
_HOLD = EventKind(
    name="hold",
    help="Write the event that holds promotions.",
    words=(Word(name="reason", help=_REASON),),
    effect="This holds promotions until an event lifts the hold.",
    subject="promotions",
    story="hold",
    rules=(),
)
_LIFT = EventKind(
    name="lift",
    help="Write the event that lifts a hold.",
    words=(
        Word(
            name="hold", metavar="N", form="number", help="The event that holds.", is_argument=True
        ),
    ),
    effect="This lifts a hold, so that releases may be promoted again.",
    subject="{hold}",
    story="lift {hold:04}",
    rules=(
        Rule(
            "E707",
            "A lift names a hold that stands",
            "Lifting nothing would hide a wrong number.",
            "Name the number of a hold that `fedfuse status` shows.",
        ),
    ),
)
_YANK = EventKind(
    name="yank",
    help="Write the event that withdraws a version.",
    words=(
        Word(name="version", metavar="REF", help="As hf/textgen@v3.", is_argument=True),
        Word(name="reason", help=_REASON),
    ),
    effect="This withdraws a version: releases without it are cut from what remains.",
    subject="{version}",
    story="yank {version}",
    moves=False,
    app_may_open=True,
    rules=(
        Rule(
            "E708",
            "A yank names a version on main that is not withdrawn yet",
            "Only what was shipped can be withdrawn, and only once.",
            "Name it as `provider/unit@v<n>`.",
        ),
    ),
)
_WAIVE = EventKind(
    name="waive",
    help="Write the event that waives a gate once.",
    words=(
        Word(name="manifest", form="file", help="The manifest that is to land."),
        Word(name="gate", choices=("quality", "latency"), help="Safety, compatibility: never."),
        Word(
            name="until",
            metavar="TIME",
            form="time",
            help="When it ends; a date is its start, UTC.",
        ),
        Word(name="reason", help=_REASON),
    ),
    effect="This waives a gate, once, for the very bytes of one manifest.",
    subject="{unit}",
    wish="{unit} {gate} {manifest_sha256:.12}",
    story="waive {gate} of {unit} until {expires}",
    moves=False,
    not_for_own_provider=True,
    rules=(
        Rule(
            "E709",
            "A waiver lands before its manifest and has not expired",
            "A manifest is judged once, at the commit that adds it; a later waiver changes "
            "nothing.",
            "Merge the waiver first, with an `expires` in the future.",
        ),
        Rule(
            "E711",
            "A waiver names the unit of its manifest",
            "The unit tells whose shipment is let through, so that its own provider cannot be who "
            "allows it; the waiver then counts for that unit only.",
            "Write `unit: PROVIDER/UNIT`, as `fedfuse waive --manifest FILE` does.",
        ),
    ),
)
KINDS: Mapping[str, EventKind] = {
    kind.name: kind for kind in (_PROMOTE, _ROLLBACK, _HOLD, _LIFT, _YANK, _WAIVE)
}
"""Name to kind, in the order of the help."""
