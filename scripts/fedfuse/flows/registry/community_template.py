"""The texts that a code host shows to those who take part: owners, forms and guides.

They are written for one registry: its people, units and addresses, and nobody else's.
"""

from collections.abc import Iterable, Mapping

from fedfuse.flows.registry.organisation import Organisation
from fedfuse.model.registry import Person
from fedfuse.model.tool_lock import ToolLock

_HOST = "https://github.com"


def files(owner: Organisation, *, lock: ToolLock | None) -> Mapping[str, str]:
    """Every text by its path; the organisation has units, and the first is the example.

    Without a lock the registry holds the tool, which people then change there too.
    """
    named = tuple(owner.units)
    return {
        ".github/CODEOWNERS": _codeowners(owner),
        ".github/CONTRIBUTING.md": _contributing(owner, example=named[0], lock=lock),
        ".github/PULL_REQUEST_TEMPLATE.md": _pull_request(named, lock=lock),
        ".github/SECURITY.md": _security(owner, lock=lock),
    }


def _codeowners(owner: Organisation) -> str:
    lines = [
        "# Who approves what; the last line that matches counts. Accounts here need write access.",
        "# A provider's shipments are approved by its own people or by the maintainers.",
        f"* {_mentions(owner.maintainers)}",
    ]
    for name, provider in owner.providers.items():
        approving = dict.fromkeys((*provider.actors, *owner.maintainers))
        lines.append(f"/manifests/{name}/ {_mentions(approving)}")
    return "".join(f"{line}\n" for line in lines)


def _mentions(people: Iterable[Person]) -> str:
    return " ".join(f"@{person.login}" for person in people)


def _pull_request(units: tuple[str, ...], *, lock: ToolLock | None) -> str:
    rest = "the rules" if lock else "the tool"
    providers = dict.fromkeys(unit.partition("/")[0] for unit in units)
    places = "\n".join(
        f"    manifests/{provider}/ ({', '.join(_names_of(provider, units))})"
        for provider in providers
    )
    return f"""\
<!--
One of these, never two in one pull request:
- a shipment: new files in the folder of one provider, and nothing else
{places}
- an event: one new file in releases/events/, made by `fedfuse`
- {rest}: anything else, without manifests and events

What the gates will say, before anyone else sees it:
  fedfuse check --base origin/main --head HEAD
-->

**What changes, and why:**

**How it was measured or tested:**
"""


def _names_of(provider: str, units: tuple[str, ...]) -> Iterable[str]:
    return (unit.partition("/")[2] for unit in units if unit.startswith(f"{provider}/"))


def _contributing(owner: Organisation, *, example: str, lock: ToolLock | None) -> str:
    provider, _, name = example.partition("/")
    folder = owner.repository.partition("/")[2]
    return f"""\
# Contributing

Everything happens in pull requests to
[{owner.repository}]({_HOST}/{owner.repository}); maintainers are
{_mentions(owner.maintainers)}.

```sh
git clone {_HOST}/{owner.repository}
cd {folder}
{_install(lock)}
```

{_stores(lock)}

## I ship a unit (five minutes)
1. Upload the artifact to your provider's store and note its immutable revision (a commit, a GCS
   generation, an S3 version id; never a branch).
2. Measure it: `fedfuse eval run --endpoint URL --model NAME --suite schemas/suites/canonical/v1
   --role ROLE --hardware 1xL4@us-east-1 --pricing 0.80@2026-11-20 --to evidence.csv`. Killed
   half-way, the same command goes on where it was. It also writes `evidence.run.json`, which says
   what the run had.
3. `fedfuse new {example} ARTIFACT_DIR --revision REVISION --evidence evidence.csv ...` writes
   `manifests/{example}/v<n>.yaml`, the manifest of `{owner.namespace}/{name}-v<n>`, and copies
   the evidence beside it. Price, hardware, concurrency and seed come from `evidence.run.json`. What
   else you do not say is taken from your last version, and `new` prints it line by line.
4. `fedfuse validate`, commit both files, and see what the pull request will say:
   `fedfuse check --base origin/main --head HEAD`.
5. Open the pull request. One provider, here `{provider}`, and nothing else in it. Merged files
   never change: a correction is the next version. What passes joins the next
   `{owner.release_name}-vX.Y.Z`.

To measure a version that is on main again (a newer suite, or independently): `fedfuse eval run`,
then `fedfuse new --evaluates {example}@v3 --by NAME --evidence evidence.csv ...`. NAME is your
provider, or `registry` for maintainers who do not ship that version. A failing one by `registry` or
the version's own provider revokes the version for good.

Gates that say `inconclusive` tell how many items would do; `fedfuse explain quality` has the rule.

{_changing(lock)}"""


def _stores(lock: ToolLock | None) -> str:
    """How somebody who ships from a cloud's own store gets its client too."""
    said = f'`"fedfuse[EXTRA] @ {lock.requirement}"`' if lock else "`stores` instead of `runtime`"
    return f"If your store has an extra (`fedfuse explain store` lists the stores), say {said}."


def _install(lock: ToolLock | None) -> str:
    """The shell lines that bring the command to somebody who ships."""
    if lock:
        return f'pipx install "{lock.requirement}"'
    return "scripts/setup runtime && . .venv/bin/activate"


def _changing(lock: ToolLock | None) -> str:
    if lock:
        return f"""\
## I change a threshold, a schema, the tool
Thresholds, contracts and suites are pull requests of their own, without manifests. Contracts and
suites only gain versions. What users notice goes into CHANGELOG.md.

The tool is [{lock.repository}]({_HOST}/{lock.repository}) at the commit in `fedfuse.lock`. The
workflows name the same commit, so the lock and the workflows change together.
"""
    return """\
## I change the tool, a threshold, a schema
1. `scripts/test` sets everything up and runs lint, types, layers and the quick tests;
   `scripts/help` lists the tasks. `pipx install pre-commit && pre-commit install` lets git run
   lint, format, types and layers before each commit, from `.venv` and without a network.
2. The house rules: imports only go down (`scripts/check` holds it), a failed gate is a value, no
   file over 300 lines, docstrings whose first line is the rule, tests whose names are true
   sentences on real git repositories. Decisions with alternatives get a page in `.github/adr/`.
3. Thresholds, contracts and suites are pull requests of their own, without manifests. Contracts and
   suites only gain versions.
4. What users notice goes into CHANGELOG.md.
"""


def _security(owner: Organisation, *, lock: ToolLock | None) -> str:
    pinned = " The tool is the one\n  that main's `fedfuse.lock` pins." if lock else ""
    return f"""\
# Security

Please report a vulnerability [privately]({_HOST}/{owner.repository}/security/advisories/new), not
in an issue. You get an answer within three working days.

## What is hostile
Everything that comes from a pull request, a tag or a mirror: file names, modes, YAML, evidence,
uris, strings that end up in reports. The account that opens a pull request, until the trusted
workflow says who it is. A mirror, always, also {owner.hub}.

## What holds
- Content of a pull request is data. It is read as git objects, never checked out, never run. Code,
  schemas, thresholds, suites and owners come from the base tip.{pinned}
- git runs with a scrubbed environment, full object ids, argument lists and no shell; hooks,
  fsmonitor, replace refs and embedded bare repositories have no effect.
- YAML is one small document with one meaning, or findings with line and column. Schemas bound every
  string and number; NaN passes no gate.
- A manifest is judged again on main before anything is tagged. Release tags are created, never
  moved; whoever has a clone recomputes the record, and the tag object with it.
- A mirror vouches for nothing. A node takes only what the record pins or determines, and with
  `--registry` it takes the channels from git. A tag that was moved on the mirror is an error.
- Judging any pull request is bounded: a schema, pattern or suite that would take too long or too
  much memory is refused by name, and one change adds at most 12 manifests and Evaluations.
- What a report quotes is escaped for its target: Markdown, terminal, workflow log.
- Dependencies are pinned with hashes, and what runs with rights installs nothing else.

## What does not
Recomputing proves that figures follow from the evidence, not that the evidence is honest. That is
why reports by another run are required for embedders and runtimes, and why the checklist of a
promotion asks for an independent measurement. The public suite can be learnt by heart; a registry
with an `evaluator` trusts its own measurement on a sealed one. That the endpoint which it measures
serves the artifact is the word of its maintainers. A maintainer who can rewrite main's history can
rewrite the registry; `fedfuse audit --replay` in any older clone shows it.
"""
