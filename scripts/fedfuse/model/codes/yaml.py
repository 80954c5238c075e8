"""E1: the bytes of a YAML or JSON file, before anything is known about their meaning."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E101",
        "A file stays within the size limit of its kind",
        "Everyone who reads the registry reads every file. A YAML file is at most 64 KiB.",
        "Keep long texts and data where the artifact is. Name them here by their digest.",
    ),
    Rule(
        "E102",
        "A file has no byte order mark",
        "The mark is three invisible bytes. They change the digest, and some readers take them as "
        "part of the first key.",
        "Save the file as UTF-8 without BOM.",
    ),
    Rule(
        "E103",
        "A file is UTF-8",
        "Readers guess other encodings, and two readers can guess differently.",
        "Save the file as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8 OLD > NEW.",
    ),
    Rule(
        "E104",
        "Every line ends with LF, not with CR LF",
        "A digest is computed over bytes, so a text must have one spelling only.",
        "Save the file with LF line ends. `git config core.autocrlf input` stops git from "
        "converting them.",
    ),
    Rule(
        "E105",
        "A file holds no tab",
        "Readers count a tab as one, four or eight columns, and in YAML the indentation decides "
        "the structure.",
        "Use spaces.",
    ),
    Rule(
        "E106",
        "A file holds only visible characters, spaces and line feeds",
        "With control, zero-width or direction-changing characters a reviewer reads another text "
        "than a program.",
        "Remove the character. If you cannot find it, type the line again.",
    ),
    Rule(
        "E107",
        "A YAML file is well formed",
        "A file that cannot be read cannot be judged.",
        "Correct the line that the finding names. The cause is often a quote or a bracket further "
        "up.",
    ),
    Rule(
        "E108",
        "A YAML file holds one document",
        "Most readers use only the first document, so nobody would see the second.",
        "Remove `---` and the lines after it, or move them to a file of their own.",
    ),
    Rule(
        "E109",
        "A YAML file has no directives",
        "%YAML and %TAG change what the rest of the file means.",
        "Remove the line. If it is text that begins with %, indent it.",
    ),
    Rule(
        "E110",
        "A YAML file has no anchors and no aliases",
        "A few nested aliases expand to gigabytes, and an alias hides the value of a field.",
        "Write the value out. If it is text that begins with & or *, quote it.",
    ),
    Rule(
        "E111",
        "A YAML file has no tags",
        "In some readers a tag constructs an object, and can run code.",
        "Remove the tag. If it is text that begins with !, quote it.",
    ),
    Rule(
        "E112",
        "Values nest at most 12 levels deep in YAML and 32 in JSON",
        "Deep nesting overflows the stack of some readers.",
        "Nest less. No kind of document needs that many levels.",
    ),
    Rule(
        "E113",
        "A YAML file holds at most 5,000 values",
        "Every value takes time to judge.",
        "Keep data where the artifact is. Name it here by its digest.",
    ),
    Rule(
        "E114",
        "The document is a mapping",
        "Every kind of document is a set of named fields.",
        'Write the fields as `name: value`. In JSON write an object: {"name": value}.',
    ),
    Rule(
        "E115",
        "A YAML file has no merge keys",
        "YAML 1.2 has no merge keys, so some readers take `<<` as an ordinary key.",
        "Write the merged keys out. If `<<` is text, quote it.",
    ),
    Rule(
        "E116",
        "Keys are text",
        "Readers turn a number, true or null into keys of different types.",
        "Quote the key.",
    ),
    Rule(
        "E117",
        "A mapping has each key only once",
        "Readers keep the first, the last or none of two equal keys. Keys that differ only in case "
        "or in Unicode form look equal to people.",
        "Keep one of the two.",
    ),
    Rule(
        "E118",
        "An unquoted value means the same to every YAML reader",
        "YAML 1.1 reads yes as true, 010 as 8, 1:30 as 90 and 2026-11-20 as a date. YAML 1.2 and "
        "JSON do not.",
        "If the value is text, quote it. Else write a number as in JSON, or true, false or null.",
    ),
    Rule(
        "E119",
        "Numbers are finite, and integers are within 2^53",
        "NaN passes every comparison, minus zero has two meanings, and some readers lose the "
        "digits of larger integers.",
        "Write a plain finite number. If the digits are a name, such as a revision, quote them.",
    ),
    Rule(
        "E120",
        "A JSON file is strict JSON",
        "Readers treat comments, single quotes and trailing commas differently.",
        "Correct the line that the finding names. `python -m json.tool FILE` shows the same place.",
    ),
)
"""Rules of bytes and characters (E101-E106), of YAML (E107-E119) and of JSON (E120)."""
