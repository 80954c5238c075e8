"""E1: the bytes of a YAML or JSON file, before anything is known about their meaning."""

from fedfuse.model.rule import rules

RULES = rules("""
E101: A file stays within the size limit of its kind
  Why: Everyone who reads the registry reads every file. A YAML file is at most 64 KiB.
  Fix: Keep long texts and data where the artifact is. Name them here by their digest.
E102: A file has no byte order mark
  Why: The mark is three invisible bytes. They change the digest, and some readers take them as part
       of the first key.
  Fix: Save the file as UTF-8 without BOM.
E103: A file is UTF-8
  Why: Readers guess other encodings, and two readers can guess differently.
  Fix: Save the file as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8 OLD > NEW.
E104: Every line ends with LF, not with CR LF
  Why: A digest is computed over bytes, so a text must have one spelling only.
  Fix: Save the file with LF line ends. `git config core.autocrlf input` stops git from converting
       them.
E105: A file holds no tab
  Why: Readers count a tab as one, four or eight columns, and in YAML the indentation decides the
       structure.
  Fix: Use spaces.
E106: A file holds only visible characters, spaces and line feeds
  Why: With control, zero-width or direction-changing characters a reviewer reads another text than
       a program.
  Fix: Remove the character. If you cannot find it, type the line again.
E107: A YAML file is well formed
  Why: A file that cannot be read cannot be judged.
  Fix: Correct the line that the finding names. The cause is often a quote or a bracket further up.
E108: A YAML file holds one document
  Why: Most readers use only the first document, so nobody would see the second.
  Fix: Remove `---` and the lines after it, or move them to a file of their own.
E109: A YAML file has no directives
  Why: %YAML and %TAG change what the rest of the file means.
  Fix: Remove the line. If it is text that begins with %, indent it.
E110: A YAML file has no anchors and no aliases
  Why: A few nested aliases expand to gigabytes, and an alias hides the value of a field.
  Fix: Write the value out. If it is text that begins with & or *, quote it.
E111: A YAML file has no tags
  Why: In some readers a tag constructs an object, and can run code.
  Fix: Remove the tag. If it is text that begins with !, quote it.
E112: Values nest at most 12 levels deep in YAML and 32 in JSON
  Why: Deep nesting overflows the stack of some readers.
  Fix: Nest less. No kind of document needs that many levels.
E113: A YAML file holds at most 5,000 values
  Why: Every value takes time to judge.
  Fix: Keep data where the artifact is. Name it here by its digest.
E114: The document is a mapping
  Why: Every kind of document is a set of named fields.
  Fix: Write the fields as `name: value`. In JSON write an object: {"name": value}.
E115: A YAML file has no merge keys
  Why: YAML 1.2 has no merge keys, so some readers take `<<` as an ordinary key.
  Fix: Write the merged keys out. If `<<` is text, quote it.
E116: Keys are text
  Why: Readers turn a number, true or null into keys of different types.
  Fix: Quote the key.
E117: A mapping has each key only once
  Why: Readers keep the first, the last or none of two equal keys. Keys that differ only in case or
       in Unicode form look equal to people.
  Fix: Keep one of the two.
E118: An unquoted value means the same to every YAML reader
  Why: YAML 1.1 reads yes as true, 010 as 8, 1:30 as 90 and 2026-11-20 as a date. YAML 1.2 and JSON
       do not.
  Fix: If the value is text, quote it. Else write a number as in JSON, or true, false or null.
E119: Numbers are finite, and integers are within 2^53
  Why: NaN passes every comparison, minus zero has two meanings, and some readers lose the digits of
       larger integers.
  Fix: Write a plain finite number. If the digits are a name, such as a revision, quote them.
E120: A JSON file is strict JSON
  Why: Readers treat comments, single quotes and trailing commas differently.
  Fix: Correct the line that the finding names. `python -m json.tool FILE` shows the same place.
""")
"""Rules of bytes and characters (E101-E106), of YAML (E107-E119) and of JSON (E120)."""
