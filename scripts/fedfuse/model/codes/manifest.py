"""E3: what a document says: its fields, its place in the registry, and what must not be in it."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E301",
        "A document has only the fields of its kind",
        "A misspelled field would count as missing, and nobody would see it.",
        "Rename or remove the field. `schemas/<kind>.v1.schema.json` lists all fields.",
    ),
    Rule(
        "E302",
        "A document has every field that its kind requires",
        "The tool and the nodes rely on these fields.",
        "Add the field. `fedfuse new` writes a manifest with all of them.",
    ),
    Rule(
        "E303",
        "Every field has the type that its schema names",
        "Without quotes, 1.10 is the number 1.1. Only quotes keep digits as text.",
        "Quote text. Write numbers without quotes, and whole numbers without a point.",
    ),
    Rule(
        "E304",
        "Names and texts have the form that their schema names",
        "They become paths, tags, commands and links, so each has a strict form.",
        "Write the value in the form that the finding names.",
    ),
    Rule(
        "E305",
        "Every number is in its range",
        "A percentage in the place of a share would pass every floor.",
        "Write shares from 0 to 1, latency in milliseconds, and cost in the registry's currency.",
    ),
    Rule(
        "E306",
        "Lists and mappings have as many entries as allowed, and no entry twice",
        "Every reader processes every entry, and a repeated entry would count twice.",
        "Add, remove or merge entries.",
    ),
    Rule(
        "E307",
        "A field is there only where its role or kind uses it",
        "Nobody would check a subject on a model, or metrics on a report about data.",
        "Remove the field, or correct the role or the kind.",
    ),
    Rule(
        "E320",
        "Provider, unit, version and id agree with the file's path and the namespace",
        "The path decides who may ship and what never changes. The content must agree with it.",
        "Write what the path says, or move the file.",
    ),
    Rule(
        "E321",
        "A manifest ships a unit that registry.yaml lists",
        "A unit is agreed on before it ships, because its role decides how it is judged.",
        "Correct the name, or first add the unit to registry.yaml in a pull request of its own.",
    ),
    Rule(
        "E322",
        "A manifest has the role that registry.yaml gives its unit",
        "The role chooses the gates, and a shipment must not choose its own gates.",
        "Write the role that registry.yaml gives the unit.",
    ),
    Rule(
        "E323",
        "A version is exactly one above the unit's newest on main",
        "A number is never used twice and never skipped, so the history has no gaps.",
        "Rename the files to the next version. Correct version, id and the path of the evidence.",
    ),
    Rule(
        "E324",
        "An artifact's uri is a plain address in a store",
        "User names, ports, queries, escapes, `..` and IP addresses can lead to another host, "
        "account or file than the one that was reviewed.",
        "Write the scheme, the owner or bucket, and the path in plain characters. The revision is "
        "a field of its own. `fedfuse explain store` lists the stores.",
    ),
    Rule(
        "E325",
        "An artifact's files are sorted by path, and each is listed once",
        "The digest of the artifact is computed over this list, so the list must have one order.",
        "Sort artifact.files by path. `fedfuse new` writes them in this order.",
    ),
    Rule(
        "E326",
        "A manifest names a contract version that is on main",
        "Compatibility is proven against the contract document.",
        "Name a version in schemas/contract/<role>/, or first add a new one in a pull request of "
        "its own.",
    ),
    Rule(
        "E327",
        "A manifest gives the sha256 of the contract it was built for",
        "The digest proves which contract the artifact was built for.",
        "Write the sha256 of schemas/contract/<role>/v<version>.json.",
    ),
    Rule(
        "E328",
        "The subject of a report is a model version on main or in the same pull request",
        "A report must measure something that exists.",
        "Name the version that was measured, as PROVIDER/UNIT@vN.",
    ),
    Rule(
        "E329",
        "An artifact's uri begins with a prefix of its provider",
        "A provider controls the places under its prefixes. In another place somebody else could "
        "replace the bytes.",
        "Upload the artifact to an allowed place, or first have the prefix added to registry.yaml.",
    ),
    Rule(
        "E330",
        "A registry has a registry.yaml in its top folder",
        "The file says who may ship, and which rules judge.",
        "Run the command in a registry, or make one with `fedfuse init DIR`.",
    ),
    Rule(
        "E340",
        "No file holds a secret",
        "The registry is public, and its history keeps every file for ever.",
        "First revoke the secret. Then rewrite the branch so that no commit holds it.",
    ),
    Rule(
        "E341",
        "No file holds raw data or personal data",
        "Only artifacts and metrics move between clouds. Prompts, outputs, rows and personal data "
        "stay with the provider.",
        "Remove the data from every commit of the branch. Name a data set by its id and digest.",
    ),
)
"""Rules of schemas (E30x), of agreement with the registry (E32x, E330), and of contents (E34x)."""
