"""E1: the bytes of a YAML or JSON file, before anything is known about their meaning."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E101",
        "A file stays within the size limit of its kind",
        "Every reader of the registry parses every file; YAML files are at most 64 KiB.",
        "Keep prose and bulk data where the artifact lies, and name them here by digest.",
    ),
    Rule(
        "E102",
        "A file has no byte order mark",
        "The three invisible bytes change the digest and become part of the first key elsewhere.",
        "Save the file as UTF-8 without BOM.",
    ),
    Rule(
        "E103",
        "A file is UTF-8",
        "Other encodings are guessed, and two readers guess differently.",
        "Save the file as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8 OLD > NEW.",
    ),
    Rule(
        "E104",
        "Lines end with LF alone",
        "Digests are over bytes, so one text must not have two spellings.",
        "Save the file with LF line ends; `git config core.autocrlf input` keeps git from "
        "converting them.",
    ),
    Rule(
        "E105",
        "A file holds no tab",
        "Readers count a tab as one, four or eight columns, and YAML structure is indentation.",
        "Use spaces.",
    ),
    Rule(
        "E106",
        "A file holds only characters that can be seen, spaces and line feeds",
        "Control, zero-width and direction-changing characters make a reviewer read something "
        "else than a program does.",
        "Remove the character; type the line again if you cannot find it.",
    ),
    Rule(
        "E107",
        "A YAML file is well-formed",
        "A broken file has no meaning to judge.",
        "Correct the line that is named; often the cause is a quote or bracket further up.",
    ),
    Rule(
        "E108",
        "A YAML file holds one document",
        "Most readers use only the first one, so a second one would hide.",
        "Remove `---` and what follows, or make it a file of its own.",
    ),
    Rule(
        "E109",
        "A YAML file has no directives",
        "%YAML and %TAG change what the rest of the file means.",
        "Remove the line. A line of text that begins with % has to be indented.",
    ),
    Rule(
        "E110",
        "A YAML file has no anchors and aliases",
        "A few nested aliases expand to gigabytes, and an alias hides what a field holds.",
        "Write the value out. Quote a text that begins with & or *.",
    ),
    Rule(
        "E111",
        "A YAML file has no tags",
        "Tags construct objects in some readers, up to running code.",
        "Remove the tag. Quote a text that begins with !.",
    ),
    Rule(
        "E112",
        "Values nest at most 12 levels deep in YAML, 32 in JSON",
        "Deep nesting exhausts the stack of readers that recurse.",
        "Nest less; no kind of document needs as much.",
    ),
    Rule(
        "E113",
        "A YAML file holds at most 5,000 values",
        "Judging takes time for each of them.",
        "Keep bulk data where the artifact lies, and name it here by digest.",
    ),
    Rule(
        "E114",
        "The document is a mapping",
        "Every kind of document is a set of named fields.",
        "Write fields as `name: value`, or {} in JSON.",
    ),
    Rule(
        "E115",
        "A YAML file has no merge keys",
        "YAML 1.2 has none, so `<<` is a plain key to some readers.",
        "Write the merged keys out, or quote the text.",
    ),
    Rule(
        "E116",
        "Keys are text",
        "A number, true or null as a key changes its type from reader to reader.",
        "Quote the key.",
    ),
    Rule(
        "E117",
        "A mapping has each key once",
        "Readers keep the first, the last or none; keys that differ only in case or in Unicode "
        "composition look the same to people.",
        "Keep one of the two.",
    ),
    Rule(
        "E118",
        "Unquoted values mean the same to every YAML reader",
        "YAML 1.1 reads yes as true, 010 as 8, 1:30 as 90 and 2026-11-20 as a date; YAML 1.2 and "
        "JSON do not.",
        "Quote the value if it is text; write numbers as JSON does, and true, false or null.",
    ),
    Rule(
        "E119",
        "Numbers are finite, and integers within 2^53",
        "NaN passes comparisons in both directions, minus zero is two values in one, and larger "
        "integers lose digits in readers that use doubles.",
        "Write a plain finite number. Quote digits that are a name, such as a revision.",
    ),
    Rule(
        "E120",
        "A JSON file is strict JSON",
        "Readers mend comments, single quotes and trailing commas differently, or not at all.",
        "Correct the line that is named: `python -m json.tool FILE` shows the same place.",
    ),
)
"""Rules of bytes and characters (E101-E106), of YAML (E107-E119) and of JSON (E120)."""
