"""Who a fresh registry belongs to, from the words typed for `fedfuse init`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fedfuse.adapters.stores import roster
from fedfuse.adapters.stores.store import Store
from fedfuse.errors import UsageError
from fedfuse.model.registry import Person, Provider
from fedfuse.model.release_app import ReleaseApp

_NAME = re.compile(r"(?=.{1,60}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LOGIN = r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}"
_ID = r"[1-9][0-9]{0,14}"
_PERSON = re.compile(rf"({_LOGIN}):({_ID})")
_APP = re.compile(rf"({_LOGIN}):({_ID}):({_ID})")
_REPOSITORY = re.compile(rf"{_LOGIN}/[A-Za-z0-9._-]{{1,100}}")
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_HUB = re.compile(rf"hf://{_PART}/{_PART}|dir:[A-Za-z0-9._/-]{{1,200}}")
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
    maintainers: Sequence[str] = (),
    hub: str = "",
    release_name: str = "",
    app: str = "",
) -> Organisation:
    """Every word fits its pattern, and what was not said has its default.

    `providers` are `PROVIDER=LOGIN:ID`, one per account; `prefixes` are `PROVIDER=URI` and replace
    that provider's default; without `maintainers` (`LOGIN:ID`) every account is one. `app` is as
    `release_app` takes it, or empty. Raises UsageError for the first word that does not fit.
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
    own = _by_provider(prefixes, option="--prefix")
    stores = _stores()
    schemes = "|".join(re.escape(store.scheme) for store in stores.values())
    for prefix in (prefix for words in own.values() for prefix in words):
        pattern = re.compile(f"(?:{schemes}){_PREFIX}")
        _fit(pattern, prefix, option="--prefix", example="gcp=gs://acme-models/")
    everyone = tuple(dict.fromkeys(person for people in shippers.values() for person in people))
    return Organisation(
        namespace=namespace,
        release_name=release_name,
        repository=repository,
        hub=hub,
        maintainers=tuple(_person(word, option="--maintainer") for word in maintainers) or everyone,
        providers={
            provider: Provider(
                title=stores[provider].title,
                actors=people,
                prefixes=own.get(provider, (stores[provider].prefix.format(namespace),)),
            )
            for provider, people in shippers.items()
        },
        app=release_app(app, option="--app") if app else None,
    )


def release_app(word: str, *, option: str) -> ReleaseApp:
    """The App that `SLUG:APP_ID:BOT_ID` names. Raises UsageError for a word that does not fit."""
    _fit(_APP, word, option=option, example="acme-release:1234567:198765432")
    slug, app_id, bot_id = word.split(":")
    return ReleaseApp(slug, int(app_id), int(bot_id))


def _stores() -> Mapping[str, Store]:
    """The provider of a fresh registry to the store that it ships from."""
    return {store.provider: store for store in roster.STORES if store.provider}


def _by_provider(words: Sequence[str], *, option: str) -> dict[str, tuple[str, ...]]:
    """Group `PROVIDER=REST` words by provider."""
    grouped: dict[str, tuple[str, ...]] = {}
    for word in words:
        provider, equals, rest = word.partition("=")
        if not equals or provider not in _stores():
            known = ", ".join(_stores())
            raise UsageError(
                f"{option} {word!r} does not fit", fix=f"write PROVIDER=..., one of {known}"
            )
        grouped[provider] = (*grouped.get(provider, ()), rest)
    return grouped


def _person(word: str, *, option: str, before: str = "") -> Person:
    _fit(_PERSON, word, option=option, example=f"{before}alice:4312191")
    login, number = word.split(":")
    return Person(login, int(number))


def _fit(pattern: re.Pattern[str], word: str, *, option: str, example: str) -> None:
    if not pattern.fullmatch(word):
        raise UsageError(f"{option} {word!r} does not fit", fix=f"write it like {example}")
