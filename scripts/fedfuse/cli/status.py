"""`fedfuse status`: what is released, what serves, what waits."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fedfuse.cli.options import HERE, Format, MainRef, OutputFormat, Root

if TYPE_CHECKING:
    from fedfuse.flows.status import ListedRelease, Status


def status(
    root: Root = HERE,
    ref: MainRef = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many releases to list.")] = 10,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show what is released, serves and waits."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import print_json
    from fedfuse.flows.status import status as read_status

    with Repository(root) as repository:
        found = read_status(repository, until=ref or repository.main_ref(), limit=limit)
    if output is Format.JSON:
        print_json(_fields(found))
        return
    for line in _lines(found):
        typer.echo(line)


def _fields(found: "Status") -> dict[str, Any]:
    return {
        "commit": found.commit,
        "candidate": found.releases[0].tag if found.releases else None,
        "production": found.serving.production or None,
        "warm": list(found.serving.warm),
        "holds": sorted(found.serving.holds),
        "quarantined": sorted(found.serving.quarantined),
        "releases": [
            {
                "tag": one.tag,
                "tag_object": one.tag_object,
                "commit": one.commit,
                "created": one.created,
                "bump": one.bump,
                "tagged": one.tagged,
                "members": _members(one),
            }
            for one in found.releases
        ],
        "total_releases": found.total,
        "waiting": [{"ref": ref, "reason": reason} for ref, reason in found.waiting],
        "missing_roles": list(found.missing_roles),
        "refused": list(found.refused),
    }


def _members(one: "ListedRelease") -> list[str]:
    return [f"{unit}@v{version}" for unit, version in sorted(one.members.items())]


def _lines(found: "Status") -> list[str]:
    none, serving = "none yet", found.serving
    lines = [
        f"candidate    {found.releases[0].tag if found.releases else none}",
        f"production   {serving.production or none}",
        f"warm         {', '.join(serving.warm) or none}",
    ]
    if serving.holds:
        lines.append(f"held by      event {', '.join(f'{n:04}' for n in sorted(serving.holds))}")
    if serving.quarantined:
        lines.append(f"quarantined  {', '.join(sorted(serving.quarantined))}")
    if found.missing_roles:
        lines.append(f"no release   while nothing fills {', '.join(found.missing_roles)}")
    lines += [f"waits        {ref}: {reason}" for ref, reason in found.waiting]
    lines += [f"refused      {path}: on main, never a member" for path in found.refused]
    for one in found.releases:
        owed = "" if one.tagged else "  (not tagged here: fedfuse release)"
        lines.append(f"{one.tag}  {one.created}  {one.bump}{owed}")
        lines += [f"    {member}" for member in _members(one)]
    hidden = found.total - len(found.releases)
    return [*lines, f"... {hidden} older (--limit N)"] if hidden else lines
