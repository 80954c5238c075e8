"""The texts of a fresh registry: its registry.yaml, README and changelog."""

from fedfuse.flows.registry.organisation import Organisation
from fedfuse.model.registry import Person, Provider
from fedfuse.model.tool_lock import ToolLock
from fedfuse.model.yaml_text import scalar


def registry_yaml(owner: Organisation, *, policy: str, engine: int, currency: str) -> str:
    """The whole registry.yaml; `policy` is its part from the comment above `units:` to the end."""
    name, mail = owner.bot
    return f"""\
# yaml-language-server: $schema=schemas/registry.v1.schema.json
# What this registry is and by which rules it judges. A change here is a pull request of its own and
# counts from the next manifest on: what has been judged stays judged.
apiVersion: fedfuse/v1
kind: Registry
engine: {engine} # judging and record format; raised only together with the tool

# Names. Manifests are {{namespace}}/{{unit}}-v{{n}}, releases are tagged {{release_name}}-vX.Y.Z.
namespace: {scalar(owner.namespace)}
release_name: {scalar(owner.release_name)}
repository: {scalar(owner.repository)} # OWNER/NAME on the code host
hub: {scalar(owner.hub)} # what consumers read: hf://OWNER/NAME or dir:PATH
bot: {{name: {name}, email: {mail}}} # tagger of every release
{app_line(owner.app.bot) if owner.app else ""}currency: {currency}

# People. The numeric account id decides, logins are for readers; `gh api users/LOGIN --jq .id`
# prints one.
maintainers:
{_people(owner.maintainers, indent=2)}

# Who ships what from where. An artifact's uri starts with one of its provider's prefixes.
providers:
{"".join(_provider(name, provider) for name, provider in owner.providers.items())}
# Commits on main of no legal shape that people have looked at and accepted.
audit: {{accepted: []}}

{policy}"""


def app_line(bot: Person) -> str:
    """The line of registry.yaml that names the bot of the release App."""
    return f"app: {{login: {scalar(bot.login)}, id: {bot.id}}} # the release App's own account\n"


def _people(people: tuple[Person, ...], *, indent: int) -> str:
    return "\n".join(f"{'':{indent}}- {{login: {scalar(p.login)}, id: {p.id}}}" for p in people)


def _provider(name: str, provider: Provider) -> str:
    prefixes = ", ".join(f'"{prefix}"' for prefix in provider.prefixes)
    return f"""\
  {name}:
    title: {scalar(provider.title)}
    actors:
{_people(provider.actors, indent=6)}
    prefixes: [{prefixes}]
"""


def readme(owner: Organisation, *, lock: ToolLock | None) -> str:
    """The README of a fresh registry; the organisation has units, and the first is the example."""
    example = next(iter(owner.units))
    units = "".join(f"| `{unit}` | {role} |\n" for unit, role in owner.units.items())
    return f"""\
# {owner.namespace}: federated model registry

This repository decides what the {owner.namespace} federation serves. Providers add immutable
manifests in pull requests, `fedfuse check` judges them, a merge to `main` cuts the release tag
`{owner.release_name}-vX.Y.Z`, and `fedfuse mirror` publishes it to `{owner.hub}`.

## Start

{_start(lock)}
Then `fedfuse validate` says whether this registry is in order, and `fedfuse new {example} --help`
how to ship a version. Before the first pull request, look through `registry.yaml`: who may ship,
the thresholds of every role, and the prefixes that artifacts come from.

## Ship

1. `fedfuse eval run --endpoint URL --model NAME` measures a model on the canonical suite.
2. `fedfuse new UNIT DIR --uri URI --revision REVISION --evidence FILE` writes the manifest.
3. Commit, push, open a pull request; `fedfuse check --base origin/main --head HEAD` shows before
   what the gates will say.
4. After the merge, `fedfuse release` tags what main now holds and `fedfuse mirror` publishes it.

## Units

| unit | role |
|---|---|
{units}
## Where things are

| path | what |
|---|---|
| `registry.yaml` | providers, units, thresholds, routes |
| `manifests/` | what was shipped, add-only |
| `schemas/` | formats, contracts and evaluation suites |
| `releases/` | promoted releases, events, the release checklist |
{_tool_row(lock)}"""


def _start(lock: ToolLock | None) -> str:
    if lock:
        return f"""\
This registry is data. The tool that judges it is pinned in `fedfuse.lock`; this installs the same:

```sh
pipx install "{lock.requirement}"
```
"""
    return """\
```sh
scripts/setup runtime          # the tool alone; needs git and python3 >= 3.11
. .venv/bin/activate
```
"""


def _tool_row(lock: ToolLock | None) -> str:
    if lock:
        return "| `fedfuse.lock` | the tool that judges, by commit and digest |\n"
    return "| `scripts/` | the tool, `fedfuse` |\n"


def changelog(owner: Organisation, *, tool: str) -> str:
    """The changelog of a fresh registry; `tool` is the version it was made with."""
    return f"# Changelog\n\n- The {owner.namespace} registry begins, with fedfuse {tool}.\n"
