"""What a schema-valid manifest must agree with: its place, registry.yaml, and the contracts."""

from collections.abc import Iterator, Mapping

from fedfuse.engine.interface import Snapshot
from fedfuse.engine.v1.admission import uri
from fedfuse.engine.v1.artifact_bytes import CONFIG_FILES, ENDINGS
from fedfuse.model.change import DataFile
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest


def findings(
    document: Document, shipped: Manifest, *, place: DataFile, base: Snapshot
) -> list[Finding]:
    """Everything a manifest gets wrong about the registry it ships to; never raises for it.

    Whose it is, and of which unit and version, its path says: a field that disagrees is one
    finding and misleads no other rule.
    """
    return [
        *_naming(document, shipped, place, base),
        *_succession(document, place, base),
        *_artifact(document, shipped, place, base),
        *_contract(document, shipped, place, base),
    ]


def misplaced(
    document: Document, expected: Mapping[str, object], *, code: str
) -> Iterator[Finding]:
    """The fields of a document that say something else than its path does."""
    for key, value in expected.items():
        if document.value[key] != value:
            yield document.finding(
                code,
                (key,),
                message=f"{key} does not agree with where the file lies",
                expected=str(value),
                found=str(document.value[key]),
                fix=f"write {key}: {value}, or move the file",
            )


def _naming(
    document: Document, shipped: Manifest, place: DataFile, base: Snapshot
) -> list[Finding]:
    settings = base.registry()
    expected = {
        "provider": place.owner,
        "unit": place.unit,
        "version": place.version,
        "id": f"{settings.namespace}/{place.unit}-v{place.version}",
    }
    found = [*misplaced(document, expected, code="E320")]
    unit = f"{place.owner}/{place.unit}"
    role = settings.units.get(unit)
    if role is None:
        known = ", ".join(sorted(u for u in settings.units if u.startswith(f"{place.owner}/")))
        found.append(
            document.finding(
                "E321",
                ("unit",),
                message=f"registry.yaml lists no unit {unit}",
                expected=known or "a unit in registry.yaml",
                found=unit,
                fix="add the unit to registry.yaml in a pull request of its own",
            )
        )
    elif role.name != shipped.role.name:
        found.append(
            document.finding(
                "E322",
                ("role",),
                message=f"{unit} has another role in registry.yaml",
                expected=role.name,
                found=shipped.role.name,
                fix=f"write role: {role.name}",
            )
        )
    return found


def _succession(document: Document, place: DataFile, base: Snapshot) -> list[Finding]:
    used = base.versions(f"{place.owner}/{place.unit}")
    # A file of the base itself follows those below it: a work tree is read as its own base.
    before = [v for v in used if v < place.version] if place.version in used else used
    following = max(before, default=0) + 1
    if place.version == following:
        return []
    return [
        document.finding(
            "E323",
            ("version",),
            message=f"the next version of {place.owner}/{place.unit} on main is v{following}",
            expected=str(following),
            found=str(place.version),
            fix=f"rename the files to v{following} and write version: {following}",
        )
    ]


def _artifact(
    document: Document, shipped: Manifest, place: DataFile, base: Snapshot
) -> list[Finding]:
    provider = base.registry().providers.get(place.owner)
    prefixes = provider.prefixes if provider else ()
    line, column = document.mark(("artifact", "uri"))
    problem = uri.problem(shipped.artifact.uri, prefixes=prefixes)
    found = []
    if problem:
        found.append(
            Finding(
                document.path,
                line,
                column,
                problem.code,
                problem.message,
                expected=problem.expected,
                found=shipped.artifact.uri,
                fix=problem.fix,
            )
        )
    return [*found, *_files(document, shipped)]


def _files(document: Document, shipped: Manifest) -> list[Finding]:
    found = []
    paths = [file.path for file in shipped.artifact.files]
    ending = ENDINGS.get(shipped.artifact.format, "")
    if not any(path.endswith(ending) for path in paths):
        found.append(
            document.finding(
                "E434",
                ("artifact", "files"),
                message=f"format {shipped.artifact.format} needs weights, and no file is one",
                expected=f"a file that ends in {ending}",
                fix=f"list the {ending} files, or name the format that these files have",
            )
        )
    if shipped.artifact.format == "config" and {*paths} != {*CONFIG_FILES}:
        found.append(
            document.finding(
                "E435",
                ("artifact", "files"),
                message="an artifact of format config has other files than the two of its settings",
                expected=" and ".join(CONFIG_FILES),
                found=", ".join(paths),
                fix="list exactly these two; files with weights have a format of their own",
            )
        )
    if paths != sorted(set(paths)):
        found.append(
            document.finding(
                "E325",
                ("artifact", "files"),
                message="the files are not sorted by path, or one is listed twice",
                fix="sort artifact.files by path; `fedfuse new` writes them so",
            )
        )
    return found


def _contract(
    document: Document, shipped: Manifest, place: DataFile, base: Snapshot
) -> list[Finding]:
    if shipped.contract is None:
        return []
    unit = f"{place.owner}/{place.unit}"
    role = base.registry().units.get(unit, shipped.role).name
    version = shipped.contract.version
    on_base = base.contract(role, version)
    if on_base is None:
        return [
            document.finding(
                "E326",
                ("contract", "version"),
                message=f"there is no contract v{version} for role {role}",
                expected=f"schemas/contract/{role}/v<k>.json on main",
                found=str(version),
                fix="name a version that is on main; a new one is a pull request of its own",
            )
        ]
    if on_base.sha256 == shipped.contract.sha256:
        return []
    return [
        document.finding(
            "E327",
            ("contract", "sha256"),
            message=f"this is not the digest of schemas/contract/{role}/v{version}.json",
            expected=on_base.sha256,
            found=shipped.contract.sha256,
            fix=f"write sha256: {on_base.sha256}",
        )
    ]
