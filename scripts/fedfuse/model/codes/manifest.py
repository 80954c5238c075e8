"""E3: what a document says: its fields, its place in the registry, and what must not be in it."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E301",
        "A document has no fields but those of its kind",
        "A misspelt field would silently count as absent, and unknown ones as promises kept.",
        "Rename the field, or remove it; schemas/<kind>.v1.schema.json lists them all.",
    ),
    Rule(
        "E302",
        "A document has every field its kind requires",
        "Judging, releasing and loading read these fields without asking again.",
        "Add the field; `fedfuse new` writes a manifest with all of them.",
    ),
    Rule(
        "E303",
        "A field has the type its schema says",
        "1.10 is a number and a version is none; only quotes make digits a text.",
        "Quote what is text, write numbers without quotes and whole numbers without a point.",
    ),
    Rule(
        "E304",
        "Names and texts have the form their schema says",
        "They become paths, tags, commands and links, so each has a grammar that holds nothing "
        "else.",
        "Write the value in the form the finding names.",
    ),
    Rule(
        "E305",
        "Numbers lie in their range",
        "A percentage where a share belongs would pass every floor.",
        "Write shares from 0 to 1, latency in milliseconds, cost in the registry's currency.",
    ),
    Rule(
        "E306",
        "Lists and mappings have as many entries as allowed, none of them twice",
        "Every entry is work for all readers, and a repeated one counts double.",
        "Add, remove or merge entries.",
    ),
    Rule(
        "E307",
        "A field occurs only where the rest of the document gives it a meaning",
        "A subject on a model or metrics on a data report would be claims that nobody checks.",
        "Remove the field, or correct the role or kind that rules it out.",
    ),
    Rule(
        "E320",
        "Provider, unit, version and id agree with the file's path and the namespace",
        "The path decides who may ship and what is immutable; the contents must say the same.",
        "Write what the path says, or move the file.",
    ),
    Rule(
        "E321",
        "A manifest ships a unit that registry.yaml lists",
        "Units are agreed on before anything ships: their role decides how they are judged.",
        "Add the unit to registry.yaml in a pull request of its own, or correct the name.",
    ),
    Rule(
        "E322",
        "A manifest has the role that registry.yaml gives its unit",
        "The role chooses the gates; a shipment cannot choose its judge.",
        "Write the unit's role.",
    ),
    Rule(
        "E323",
        "A version is exactly one above the unit's newest on main",
        "Numbers are never used twice and never skipped, so that a history has no holes.",
        "Rename the files to the next version, and correct version, id and evidence path.",
    ),
    Rule(
        "E324",
        "An artifact's uri is the plain address of a store",
        "Users, ports, queries, escapes, `..` and IP addresses lead clients to other hosts, "
        "accounts or files than the reviewer read.",
        "Write scheme, owner or bucket, and path in plain characters; the revision is a field of "
        "its own. `fedfuse explain store` lists the stores.",
    ),
    Rule(
        "E325",
        "An artifact's files are sorted by path, each listed once",
        "The artifact's digest is over this list, so one artifact has exactly one spelling.",
        "Sort artifact.files by path; `fedfuse new` writes them so.",
    ),
    Rule(
        "E326",
        "A manifest names a contract version that is on main",
        "Compatibility is proven against the contract document.",
        "Name a version under schemas/contract/<role>/, or add a new one in a pull request first.",
    ),
    Rule(
        "E327",
        "A manifest gives the sha256 of the contract it was built for",
        "It proves that the artifact was built against these very bytes.",
        "Write the sha256 of schemas/contract/<role>/v<version>.json.",
    ),
    Rule(
        "E328",
        "The subject of a report is a model version on main or in the same change",
        "A report about nothing covers nothing.",
        "Name the version that was measured as PROVIDER/UNIT@vN.",
    ),
    Rule(
        "E329",
        "An artifact lies under one of its provider's prefixes",
        "registry.yaml agrees on the places each provider controls; elsewhere others could swap "
        "the bytes.",
        "Ship from an allowed place, or have the prefix added to registry.yaml first.",
    ),
    Rule(
        "E330",
        "A registry has a registry.yaml at its root",
        "It says who may ship and by which rules shipments are judged.",
        "Run the command in a registry, or make one: fedfuse init DIR.",
    ),
    Rule(
        "E340",
        "No file holds a secret",
        "Everything here is public and stays in the history for good.",
        "Revoke the secret first, then rewrite the branch so that no commit holds it.",
    ),
    Rule(
        "E341",
        "No file holds raw or personal data",
        "Artifacts and metrics move between clouds; prompts, outputs, rows and people do not.",
        "Remove the data from every commit of the branch; name data sets by id and digest.",
    ),
)
"""Rules of schemas (E30x), of agreement with the registry (E32x, E330), and of contents (E34x)."""
