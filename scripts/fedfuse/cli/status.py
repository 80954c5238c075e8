"""`fedfuse status`: what is released, what serves, what waits."""

from typing import Annotated, Any

import typer

from fedfuse.cli.options import HERE, Format, MainRef, OutputFormat, Root


def status(
    root: Root = HERE,
    ref: MainRef = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many releases to list.")] = 10,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show the releases and their members, what serves and what waits."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import print_json
    from fedfuse.flows.status import status as read_status

    with Repository(root) as repository:
        found = read_status(repository, until=ref or repository.main_ref(), limit=limit)
    fields = _fields(found)
    if output is Format.JSON:
        print_json(fields)
        return
    for line in _lines(fields):
        typer.echo(line)


def _fields(found: Any) -> dict[str, Any]:
    newest = found.releases[0].tag if found.releases else None
    return {
        "commit": found.commit,
        "candidate": newest,
        "production": found.serving.production or None,
        "warm": list(found.serving.warm),
        "holds": sorted(found.serving.holds),
        "quarantined": sorted(found.serving.quarantined),
        "releases": [
            {
                "tag": one.tag,
                "commit": one.commit,
                "created": one.created,
                "bump": one.bump,
                "tagged": one.tagged,
                "members": [f"{unit}@v{v}" for unit, v in sorted(one.members.items())],
            }
            for one in found.releases
        ],
        "total_releases": found.total,
        "waiting": [{"ref": ref, "reason": reason} for ref, reason in found.waiting],
        "missing_roles": list(found.missing_roles),
        "refused": list(found.refused),
    }


def _lines(fields: dict[str, Any]) -> list[str]:
    none = "none yet"
    lines = [
        f"candidate   {fields['candidate'] or none}",
        f"production  {fields['production'] or none}",
        f"warm        {', '.join(fields['warm']) or none}",
    ]
    if fields["holds"]:
        lines.append(f"held by     event {', '.join(f'{n:04}' for n in fields['holds'])}")
    if fields["quarantined"]:
        lines.append(f"quarantined {', '.join(fields['quarantined'])}")
    if fields["missing_roles"]:
        lines.append(f"no release  while {', '.join(fields['missing_roles'])} is missing")
    lines += [f"waits       {one['ref']}: {one['reason']}" for one in fields["waiting"]]
    lines += [f"refused     {path} (on main, never a member)" for path in fields["refused"]]
    for one in fields["releases"]:
        owed = "" if one["tagged"] else "  (no tag yet)"
        lines.append(f"{one['tag']}  {one['created']}  {one['bump']}{owed}")
        lines += [f"    {member}" for member in one["members"]]
    shown = len(fields["releases"])
    if fields["total_releases"] > shown:
        lines.append(f"... {fields['total_releases'] - shown} older releases (--limit N)")
    return lines
