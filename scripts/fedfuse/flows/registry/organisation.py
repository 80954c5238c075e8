"""Who a fresh registry belongs to, from the words typed for `fedfuse init`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fedfuse import engine
from fedfuse.adapters.stores import roster
from fedfuse.errors import UsageError
from fedfuse.flows.registry import standard_units
from fedfuse.model.registry import Person, Provider
from fedfuse.model.release_app import ReleaseApp

_WORD = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_NAME = re.compile(rf"(?=.{{1,60}}\Z){_WORD}")
_LOGIN = r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}"
_ID = r"[1-9][0-9]{0,14}"
_PERSON = re.compile(rf"({_LOGIN}):({_ID})")
_APP = re.compile(rf"({_LOGIN}):({_ID}):({_ID})")
_REPOSITORY = re.compile(rf"{_LOGIN}/[A-Za-z0-9._-]{{1,100}}")
_TOOL = re.compile(rf"({_REPOSITORY.pattern})@([0-9a-f]{{40}})")
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_HUB = re.compile(rf"hf://{_PART}/{_PART}|dir:[A-Za-z0-9._/-]{{1,200}}")
_PROVIDER = re.compile(rf"(?!registry\Z){_NAME.pattern}")
_UNIT = re.compile(rf"({_WORD})/({_WORD})=([a-z-]{{1,60}})")
_PREFIX = rf"{_PART}/(?:{_PART}/)*"


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who a registry belongs to."""

    namespace: str
    release_name: str
    repository: str
    """`OWNER/NAME`."""
    hub: str
    maintainers: tuple[Person, ...]
    providers: Mapping[str, Provider]
    units: Mapping[str, str] = field(default_factory=dict)
    """`PROVIDER/NAME` to role; empty: those that usually follow from the providers."""
    app: ReleaseApp | None = None
    """None while there is none: then the workflows publish with the token of Actions."""

    @property
    def bot(self) -> tuple[str, str]:
        """Name and mail of the tagger of releases; `.invalid` never receives mail (RFC 2606)."""
        return f"{self.namespace}-release", f"release@{self.namespace}.invalid"


def parse(
    *,
    namespace: str,
    repository: str,
    providers: Sequence[str],
    prefixes: Sequence[str] = (),
    units: Sequence[str] = (),
    maintainers: Sequence[str] = (),
    hub: str = "",
    release_name: str = "",
    app: str = "",
) -> Organisation:
    """Every word fits its pattern, and what was not said has its default.

    `providers` are `PROVIDER=LOGIN:ID`, one per account; `prefixes` are `PROVIDER=URI` and replace
    that provider's default; `units` are `PROVIDER/NAME=ROLE`; without `maintainers` (`LOGIN:ID`)
    every account is one. `app` is as `release_app` takes it, or empty. Raises UsageError for the
    first word that does not fit, and for units from which no release could be made.
    """
    _fit(_NAME, namespace, option="--namespace", example="acme")
    release_name = release_name or f"{namespace}-ai-federated"
    _fit(_NAME, release_name, option="--release-name", example="acme-ai-federated")
    _fit(_REPOSITORY, repository, option="--repo", example="acme/registry")
    hub = hub or f"hf://{namespace}/{release_name}"
    _fit(_HUB, hub, option="--hub", example="hf://acme/acme-ai-federated or dir:../mirror")
    shippers = {
        provider: tuple(_person(word, option="--provider", before=f"{provider}=") for word in words)
        for provider, words in _by_provider(providers, option="--provider").items()
    }
    own = _prefixes(prefixes, providers=shippers)
    shipped = _units(units)
    if shipped:
        standard_units.refuse_unfit(shipped, shippers)
    everyone = tuple(dict.fromkeys(person for people in shippers.values() for person in people))
    return Organisation(
        namespace=namespace,
        release_name=release_name,
        repository=repository,
        hub=hub,
        maintainers=tuple(_person(word, option="--maintainer") for word in maintainers) or everyone,
        providers={
            provider: _provider(provider, people, own.get(provider, ()), namespace=namespace)
            for provider, people in shippers.items()
        },
        units=shipped,
        app=release_app(app, option="--app") if app else None,
    )


def release_app(word: str, *, option: str) -> ReleaseApp:
    """The App that `SLUG:APP_ID:BOT_ID` names. Raises UsageError for a word that does not fit."""
    _fit(_APP, word, option=option, example="acme-release:1234567:198765432")
    slug, app_id, bot_id = word.split(":")
    return ReleaseApp(slug, int(app_id), int(bot_id))


def _provider(
    name: str, people: tuple[Person, ...], prefixes: tuple[str, ...], *, namespace: str
) -> Provider:
    """A provider that is known by name has its title and its usual store; others say theirs."""
    usual = next((store for store in roster.STORES if store.provider == name), None)
    if not prefixes and not usual:
        places = ", ".join(f"{scheme}OWNER/" for scheme in _schemes())
        raise UsageError(
            f"--provider {name} has no place for its artifacts",
            fix=f"add --prefix {name}=URI, one of {places}",
        )
    title = usual.title if usual else name
    return Provider(title, people, prefixes or (usual.prefix.format(namespace) if usual else "",))


def _schemes() -> Sequence[str]:
    """How the prefixes of the stores begin that a fresh registry may ship from."""
    return [store.scheme for store in roster.STORES if store.provider]


def _prefixes(words: Sequence[str], *, providers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    own = _by_provider(words, option="--prefix")
    pattern = re.compile(f"(?:{'|'.join(map(re.escape, _schemes()))}){_PREFIX}")
    for prefix in (prefix for one in own.values() for prefix in one):
        _fit(pattern, prefix, option="--prefix", example="gcp=gs://acme-models/")
    for name in own.keys() - set(providers):
        fix = f"add --provider {name}=LOGIN:ID"
        raise UsageError(f"--prefix names {name}, which is no provider", fix=fix)
    return own


def _units(words: Sequence[str]) -> dict[str, str]:
    """Unit to role."""
    units: dict[str, str] = {}
    roles = engine.newest().ROLES
    for word in words:
        _fit(_UNIT, word, option="--unit", example="azure/textgen-lora=textgen")
        unit, _, role = word.partition("=")
        if role not in roles:
            fix = f"write one of {', '.join(roles)}"
            raise UsageError(f"--unit {word!r}: no role is called {role}", fix=fix)
        units[unit] = role
    return units


def tool_place(word: str) -> tuple[str, str]:
    """Repository and commit that `OWNER/NAME@COMMIT` names. Raises UsageError for another word."""
    _fit(_TOOL, word, option="--tool", example=f"acme/fedfuse@{'0' * 40}, with the full commit")
    repository, _, commit = word.partition("@")
    return repository, commit


def _by_provider(words: Sequence[str], *, option: str) -> dict[str, tuple[str, ...]]:
    """Group `PROVIDER=REST` words by provider."""
    grouped: dict[str, tuple[str, ...]] = {}
    for word in words:
        provider, equals, rest = word.partition("=")
        if not equals or not _PROVIDER.fullmatch(provider):
            fix = "write PROVIDER=..., a name of lower-case letters and digits, not registry"
            raise UsageError(f"{option} {word!r} does not fit", fix=fix)
        grouped[provider] = (*grouped.get(provider, ()), rest)
    return grouped


def _person(word: str, *, option: str, before: str = "") -> Person:
    _fit(_PERSON, word, option=option, example=f"{before}alice:4312191")
    login, number = word.split(":")
    return Person(login, int(number))


def _fit(pattern: re.Pattern[str], word: str, *, option: str, example: str) -> None:
    if not pattern.fullmatch(word):
        raise UsageError(f"{option} {word!r} does not fit", fix=f"write it like {example}")
