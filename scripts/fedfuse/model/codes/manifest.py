"""E3: what a document says: its fields, its place in the registry, and what must not be in it."""

from fedfuse.model.rule import rules

RULES = rules("""
E301: A document has only the fields of its kind
  Why: A misspelled field would count as missing, and nobody would see it.
  Fix: Rename or remove the field. `schemas/<kind>.v1.schema.json` lists all fields.
E302: A document has every field that its kind requires
  Why: The tool and the nodes rely on these fields.
  Fix: Add the field. `fedfuse new` writes a manifest with all of them.
E303: Every field has the type that its schema names
  Why: Without quotes, 1.10 is the number 1.1. Only quotes keep digits as text.
  Fix: Quote text. Write numbers without quotes, and whole numbers without a point.
E304: Names and texts have the form that their schema names
  Why: They become paths, tags, commands and links, so each has a strict form.
  Fix: Write the value in the form that the finding names.
E305: Every number is in its range
  Why: A percentage in the place of a share would pass every floor.
  Fix: Write shares from 0 to 1, latency in milliseconds, and cost in the registry's currency.
E306: Lists and mappings have as many entries as allowed, and no entry twice
  Why: Every reader processes every entry, and a repeated entry would count twice.
  Fix: Add, remove or merge entries.
E307: A field is there only where its role or kind uses it
  Why: Nobody would check a subject on a model, or metrics on a report about data.
  Fix: Remove the field, or correct the role or the kind.
E320: Provider, unit, version and id agree with the file's path and the namespace
  Why: The path decides who may ship and what never changes. The content must agree with it.
  Fix: Write what the path says, or move the file.
E321: A manifest ships a unit that registry.yaml lists
  Why: A unit is agreed on before it ships, because its role decides how it is judged.
  Fix: Correct the name, or first add the unit to registry.yaml in a pull request of its own.
E322: A manifest has the role that registry.yaml gives its unit
  Why: The role chooses the gates, and a shipment must not choose its own gates.
  Fix: Write the role that registry.yaml gives the unit.
E323: A version is exactly one above the unit's newest on main
  Why: A number is never used twice and never skipped, so the history has no gaps.
  Fix: Rename the files to the next version. Correct version, id and the path of the evidence.
E324: An artifact's uri is a plain address in a store
  Why: User names, ports, queries, escapes, `..` and IP addresses can lead to another host, account
       or file than the one that was reviewed.
  Fix: Write the scheme, the owner or bucket, and the path in plain characters. The revision is a
       field of its own. `fedfuse explain store` lists the stores.
E325: An artifact's files are sorted by path, and each is listed once
  Why: The digest of the artifact is computed over this list, so the list must have one order.
  Fix: Sort artifact.files by path. `fedfuse new` writes them in this order.
E326: A manifest names a contract version that is on main
  Why: Compatibility is proven against the contract document.
  Fix: Name a version in schemas/contract/<role>/, or first add a new one in a pull request of its
       own.
E327: A manifest gives the sha256 of the contract it was built for
  Why: The digest proves which contract the artifact was built for.
  Fix: Write the sha256 of schemas/contract/<role>/v<version>.json.
E328: The subject of a report is a model version on main or in the same pull request
  Why: A report must measure something that exists.
  Fix: Name the version that was measured, as PROVIDER/UNIT@vN.
E329: An artifact's uri begins with a prefix of its provider
  Why: A provider controls the places under its prefixes. In another place somebody else could
       replace the bytes.
  Fix: Upload the artifact to an allowed place, or first have the prefix added to registry.yaml.
E330: A registry has a registry.yaml in its top folder
  Why: The file says who may ship, and which rules judge.
  Fix: Run the command in a registry, or make one with `fedfuse init DIR`.
E340: No file holds a secret
  Why: The registry is public, and its history keeps every file for ever.
  Fix: First revoke the secret. Then rewrite the branch so that no commit holds it.
E341: No file holds raw data or personal data
  Why: Only artifacts and metrics move between clouds. Prompts, outputs, rows and personal data stay
       with the provider.
  Fix: Remove the data from every commit of the branch. Name a data set by its id and digest.
""")
"""Rules of schemas (E30x), of agreement with the registry (E32x, E330), and of contents (E34x)."""
