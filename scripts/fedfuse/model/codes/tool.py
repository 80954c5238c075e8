"""E35: tool changes (policy, schemas, contracts, suites)."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E350",
        "Every reference in a schema leads to a definition of the same file, and comes to an end",
        "A schema is read without a network and judges files of strangers; one that leads nowhere, "
        "or in a circle, would stop every check.",
        "Put the definition under `$defs`, and refer to it as `#/$defs/NAME`.",
    ),
    Rule(
        "E351",
        "registry.yaml names an engine that the tool has, and never an older one than before",
        "Each commit of main is judged by the engine that its registry.yaml names. A tool without "
        "that engine cannot judge it. An older engine may not know what a newer one has admitted.",
        "First land the tool that has the new engine (`fedfuse upgrade`), then raise `engine`.",
    ),
    Rule(
        "E352",
        "Every route names a contract that exists",
        "A route table that accepts an unknown contract would let no unit join.",
        "Add the contract in the same change, or route to an existing version.",
    ),
    Rule(
        "E353",
        "Contracts are numbered without gap, and say where they lie",
        "Units name a contract by role and version; two readings would split the federation.",
        "Name the file `schemas/contract/<role>/v<next>.json` and write the same role and version.",
    ),
    Rule(
        "E354",
        "A schema change keeps accepting every manifest, Evaluation and event that counts on main",
        "History is replayed; a file that suddenly is invalid would rewrite it.",
        "Make new fields optional, or introduce the next schema version.",
    ),
    Rule(
        "E355",
        "fedfuse.lock and the workflows name one tool, and it has the engine of registry.yaml",
        "The workflows run the tool, and it stops when the lock pins another one; then nothing is "
        "judged, tagged or mirrored any more.",
        "Change `fedfuse.lock` and the `uses:` lines of the workflows in one pull request.",
    ),
)
