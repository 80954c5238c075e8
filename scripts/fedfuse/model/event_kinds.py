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

from fedfuse.model.rule import Rule, rules

_REASON = "The reason, in one line; it is kept for ever."


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
    rules=rules("""
E703: A promotion names a release that exists
  Why: Production serves only what a tag holds.
  Fix: Name a tag that `fedfuse status` lists.
E704: A promotion changes what serves, and never to a quarantined release
  Why: A release that was rolled back never serves again.
  Fix: Promote another release.
E705: Nothing is promoted while a hold is in force
  Why: A hold gives people time to find the cause before the next promotion.
  Fix: Lift the hold with an event of its own, then promote.
E710: A promotion adds exactly the record that the tag holds
  Why: People review `releases/<tag>.json`, so it must be what nodes get.
  Fix: Run `fedfuse promote TAG`. It writes the record from the tag.
E712: A release is promoted in a window under `cadence.production`
  Why: A promotion happens when people are there to watch it.
  Fix: Promote in the window that registry.yaml names. A rollback needs no window.
E713: Only a release whose checklist is GO is promoted
  Why: The checklist says what must be true before a release serves.
  Fix: Run `fedfuse checklist TAG`. It shows the evidence of every item. Repair those that say no.
"""),
)
_ROLLBACK = EventKind(
    name="rollback",
    help="Write the event that rolls production back.",
    words=(
        Word(name="reason", help=_REASON),
        Word(
            name="to",
            metavar="TAG",
            help="Release to go back to; default: the newest healthy warm one.",
            is_optional=True,
        ),
    ),
    effect="This takes production back, quarantines the release that serves, and holds "
    "promotions until an event lifts the hold.",
    subject="to {to}",
    story="rollback {from} to {to}",
    app_may_open=True,
    rules=rules("""
E706: A rollback goes from production to a warm release
  Why: Only warm releases are verified and ready to serve.
  Fix: Write the release in production as `from`, and a warm release as `to`. `fedfuse status` shows
       both.
E714: A rollback goes to the newest healthy warm release
  Why: An older release would take back more than what broke. A release with a withdrawn member
       would bring that version back.
  Fix: Name the release that `fedfuse rollback` proposes.
E717: A rollback that claims a breach holds the counters that prove it
  Why: Such a rollback can be merged without a person, so anyone must be able to compute the
       decision again.
  Fix: Let `fedfuse slo check` write the event. For a rollback by hand, leave out `breach_key` and
       `counters`.
"""),
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
    rules=rules("""
E707: A lift names a hold that is in force
  Why: Otherwise a wrong number would have no effect, and nobody would see it.
  Fix: Write the number of a hold that `fedfuse status` shows.
"""),
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
    rules=rules("""
E708: A yank names a version that is on main and not yet withdrawn
  Why: Only a shipped version can be withdrawn, and only once.
  Fix: Write the version as `provider/unit@v<n>`.
"""),
)
_WAIVE = EventKind(
    name="waive",
    help="Write the event that waives a gate once.",
    words=(
        Word(name="manifest", form="file", help="Manifest that the waiver is for."),
        Word(
            name="gate",
            choices=("quality", "latency"),
            help="Gate to waive; safety and compatibility cannot be waived.",
        ),
        Word(
            name="until",
            metavar="TIME",
            form="time",
            help="When the waiver ends; a date means its start in UTC.",
        ),
        Word(name="reason", help=_REASON),
    ),
    effect="This waives a gate, once, for the very bytes of one manifest.",
    subject="{unit}",
    wish="{unit} {gate} {manifest_sha256:.12}",
    story="waive {gate} of {unit} until {expires}",
    moves=False,
    not_for_own_provider=True,
    rules=rules("""
E709: A waiver lands before its manifest, and is not expired
  Why: A manifest is judged once, when it lands. A later waiver changes nothing.
  Fix: Merge the waiver first, and let `expires` be in the future.
E711: A waiver names the unit of its manifest
  Why: The unit shows which provider ships the manifest. That provider must not waive the gate
       itself.
  Fix: Write `unit: PROVIDER/UNIT`. `fedfuse waive --manifest FILE` does it.
"""),
)
KINDS: Mapping[str, EventKind] = {
    kind.name: kind for kind in (_PROMOTE, _ROLLBACK, _HOLD, _LIFT, _YANK, _WAIVE)
}
"""Name to kind, in the order of the help."""
