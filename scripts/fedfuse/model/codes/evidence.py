"""E4: evidence files and evaluation suites."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E401",
        "An evidence file is at most 192 KiB",
        "Evidence is read for every judgement and stays in the history for good.",
        "Ship the CSV that `fedfuse eval run` wrote; it holds one short line per item.",
    ),
    Rule(
        "E402",
        "An evidence file is ASCII with LF line ends, and its last line ends too",
        "Its sha256 is declared in the manifest, so one run has exactly one spelling.",
        "Write the file with `fedfuse eval run`, and keep editors and git from converting it.",
    ),
    Rule(
        "E403",
        "The first line of an evidence file is one of the two known headers",
        "Columns are found by position; another order would silently swap numbers.",
        "Use `item,outcome,score,latency_ms,input_tokens,output_tokens`, with "
        "`baseline_latency_ms` after `latency_ms` for an interleaved run.",
    ),
    Rule(
        "E404",
        "Every evidence line has one cell per column of the header, without quotes or spaces",
        "A cell too many or too few shifts every number after it.",
        "Write the line again with the header's columns.",
    ),
    Rule(
        "E405",
        "Evidence holds every item of the role's suite parts exactly once, in suite order",
        "Metrics over chosen items prove nothing, and paired tests need the same items.",
        "Run the whole suite: `fedfuse eval run` without `--limit`.",
    ),
    Rule(
        "E406",
        "The outcome of an item is `ok` or `error`",
        "The gates count errors as failures and as infinitely late; no third case is defined.",
        "Write `ok` where the server answered and `error` where it did not.",
    ),
    Rule(
        "E407",
        "Evidence numbers are plain decimals within their range",
        "NaN, exponents and extra digits are read differently by different readers.",
        "Use a score of 0 to 1 with at most four decimals, milliseconds with at most one, "
        "and whole tokens.",
    ),
    Rule(
        "E408",
        "An item that ended in an error has the score 0",
        "An answer that never came cannot have earned anything.",
        "Set the score to 0, or the outcome to `ok` if the server did answer.",
    ),
    Rule(
        "E409",
        "At most 5 % of the items of a run end in an error",
        "A run that broke this often measured the connection, not the model.",
        "Mend the server or lower `--concurrency`, then run `fedfuse eval run` again.",
    ),
    Rule(
        "E420",
        "A suite folder holds every part file that its suite.yaml names",
        "Items are the meaning of evidence; a missing file makes old evidence unreadable.",
        "Add the file, or name the file that is there.",
    ),
    Rule(
        "E421",
        "The sha256 of a part file is the one that suite.yaml pins",
        "Evidence binds to suite.yaml alone, which therefore has to pin every item.",
        "Pin the file's sha256, or restore the file; a published suite never changes.",
    ),
    Rule(
        "E422",
        "Every line of a part file is one JSON object with id, category and cluster",
        "Reports, the per-category test and cluster-robust variance read these fields.",
        'Write one object per line: {"id":"q1","category":"...","cluster":"...", ...}.',
    ),
    Rule(
        "E423",
        "Item ids match [a-z][0-9]{1,5} and are unique in the whole suite",
        "Evidence names items by id alone.",
        "Number the items of each part behind one letter of its own.",
    ),
    Rule(
        "E424",
        "A part file holds as many items as suite.yaml says",
        "The count is what people read and what sample sizes are planned by.",
        "Correct `items` in suite.yaml.",
    ),
    Rule(
        "E425",
        "A suite lies at schemas/suites/<name>/v<version>",
        "Manifests name a suite by name and version; the path has to say the same.",
        "Move the folder, or correct name and version.",
    ),
    Rule(
        "E430",
        "A config artifact is prompt.json and decoding.json with known keys and the needed slots",
        "A misspelt key or a lost {prompt} would be measured as if it were meant.",
        'Write prompt.json as {"system": "{rules}", "user": "{prompt}"} (for embeddings '
        '{"query": "{text}", "passage": "{text}"}), and decoding.json as {"max_tokens": 16, '
        '"temperature": 0} (for embeddings {"encoding_format": "float"}).',
    ),
)
"""Rules of evidence (E40x), of suites (E42x) and of config artifacts (E43x)."""
