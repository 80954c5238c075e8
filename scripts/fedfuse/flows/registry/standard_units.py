"""Which units a fresh registry has when nobody names them: those of the template, shared out."""

from collections.abc import Iterable, Mapping
from itertools import cycle

from fedfuse import engine
from fedfuse.errors import UsageError


def standard(template: Mapping[str, str], providers: Iterable[str]) -> Mapping[str, str]:
    """Unit to role: what the template's providers ship, for the providers that there are.

    `template` maps `PROVIDER/NAME` to a role. A provider of the template keeps its units. Those of
    an absent one go, together, to the providers that the template does not know, in turn, or else
    to all. A provider that is left without any ships `PROVIDER-textgen`.
    """
    named = tuple(providers)
    groups: dict[str, dict[str, str]] = {}
    for unit, role in template.items():
        provider, _, name = unit.partition("/")
        groups.setdefault(provider, {})[name] = role
    shipped: dict[str, dict[str, str]] = {name: dict(groups.get(name, {})) for name in named}
    takers = cycle([name for name in named if name not in groups] or named)
    for provider, units in groups.items():
        if provider not in shipped:
            shipped[next(takers)].update(units)
    for provider, units in shipped.items():
        if not units:
            units[f"{provider}-textgen"] = "textgen"
    return {f"{p}/{name}": role for p, units in shipped.items() for name, role in units.items()}


def refuse_unfit(units: Mapping[str, str], providers: Iterable[str]) -> None:
    """Raises UsageError for units from which no release could ever be made."""
    _refuse_owners({unit.partition("/")[0] for unit in units}, tuple(providers))
    names = [unit.partition("/")[2] for unit in units]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        what = f"--unit {twice} is there twice, and ids are NAMESPACE/{twice}-vN"
        raise UsageError(what, fix="give every unit a name of its own")
    known = engine.newest().ROLES
    roles = [known[role] for role in dict.fromkeys(units.values())]
    if all(role.is_report for role in roles):
        raise UsageError("no --unit is a model", fix="add --unit PROVIDER/NAME=textgen")
    for role in roles:
        report = role.covered_by
        if report and report not in units.values():
            what = f"a unit of role {role.name} joins a release only after a {report} measured it"
            raise UsageError(what, fix=f"add --unit PROVIDER/NAME={report}")


def _refuse_owners(owners: set[str], providers: tuple[str, ...]) -> None:
    for provider in providers:
        if provider not in owners:
            fix = f"add --unit {provider}/NAME=ROLE"
            raise UsageError(f"--provider {provider} ships no unit", fix=fix)
    for provider in sorted(owners - set(providers)):
        fix = f"add --provider {provider}=LOGIN:ID"
        raise UsageError(f"--unit names {provider}, which is no provider", fix=fix)
