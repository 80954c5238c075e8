"""E4: evidence files and evaluation suites."""

from fedfuse.model.rule import rules

RULES = rules("""
E401: An evidence file is at most 192 KiB
  Why: Every check reads the evidence, and the history keeps it for ever.
  Fix: Ship the CSV that `fedfuse eval run` wrote. It holds one short line for each item.
E402: An evidence file is ASCII, and every line ends with LF
  Why: The manifest names the sha256 of the file, so a run must have one spelling only.
  Fix: Write the file with `fedfuse eval run`. Do not let an editor or git convert it.
E403: The first line of an evidence file is one of the two known headers
  Why: A column is found by its position, so another order would exchange numbers.
  Fix: Use `item,outcome,score,latency_ms,input_tokens,output_tokens`, with `baseline_latency_ms`
       after `latency_ms` for an interleaved run.
E404: Every line has one cell for each column of the header, without quotes or spaces
  Why: One cell too many or too few moves every number after it.
  Fix: Write the line again with the columns of the header.
E405: Evidence holds every item of the role's suite parts once, in the order of the suite
  Why: Metrics over chosen items prove nothing, and a paired test needs the same items on both
       sides.
  Fix: Run the whole suite: `fedfuse eval run` without `--limit`.
E406: The outcome of an item is `ok` or `error`
  Why: The gates count an error as a failure that is infinitely late. There is no third case.
  Fix: Write `ok` if the server answered, and `error` if it did not.
E407: Numbers in evidence are plain decimals in their range
  Why: Readers treat NaN, exponents and extra digits differently.
  Fix: Write a score from 0 to 1 with at most four decimals, milliseconds with at most one decimal,
       and tokens as whole numbers.
E408: An item that ended in an error has the score 0
  Why: An answer that never came cannot score.
  Fix: Set the score to 0. If the server did answer, set the outcome to `ok`.
E409: At most 5 % of the items of a run end in an error
  Why: A run with more errors measures the connection and not the model.
  Fix: Repair the server or lower `--concurrency`. Then run `fedfuse eval run` again.
E420: A suite folder holds every part file that its suite.yaml names
  Why: Items give the evidence its meaning. Without them old evidence cannot be read.
  Fix: Add the file, or correct its name in suite.yaml.
E421: The sha256 of a part file is the one in suite.yaml
  Why: Evidence names only suite.yaml, so suite.yaml must pin every item.
  Fix: Write the file's sha256 in suite.yaml, or restore the file. A published suite never changes.
E422: Every line of a part file is one JSON object with id, category and cluster
  Why: Reports and the statistics of the gates use these fields.
  Fix: Write one object per line: {"id":"q1","category":"...","cluster":"...", ...}.
E423: Item ids match [a-z][0-9]{1,5}, and no two items of a suite have the same id
  Why: Evidence names an item only by its id.
  Fix: Give each part a letter of its own, and number its items.
E424: A part file holds as many items as suite.yaml says
  Why: People plan the size of a sample by this number.
  Fix: Correct `items` in suite.yaml.
E425: The path of a suite is schemas/suites/<name>/v<version>
  Why: A manifest names a suite by name and version, so the path must agree.
  Fix: Move the folder, or correct the name and the version.
E426: The timings of a run are its own: not those of another run, shifted, scaled, rounded or in
      another order, and not those of the baseline beside them
  Why: Two honest runs do not agree on the last digits of their timings. Where they do for more
       items than chance explains, one was made from the other. Equal scores and equal token counts
       are fine.
  Fix: Measure this artifact with `fedfuse eval run`, and ship what it writes.
E427: An answer takes some time, and ten minutes at most
  Why: A timing of 0 ms is no measurement, and it would make the run faster and cheaper than it was.
  Fix: Repair what measures. Then run `fedfuse eval run` again.
E428: Token counts are possible: something is read, no more than contract.io.max_input_tokens for
      each text, no answer is longer than the contract's largest max_tokens, right answers have
      words, and no more than 20 tokens come per millisecond
  Why: Costs are given per token, so a token count that cannot be true makes a cost that is not
       true.
  Fix: Repair the server's `usage` figures. Then run `fedfuse eval run` again.
E429: A machine has a price, unless registry.yaml says free_machines: true
  Why: With a price of 0 every cost is 0, and no cost limit means anything.
  Fix: Write what such a machine costs to rent per hour.
E430: A config artifact is prompt.json and decoding.json, with known keys and the slots that they
      need
  Why: With a misspelled key or without {prompt}, the run would measure something else.
  Fix: Write prompt.json as {"system": "{rules}", "user": "{prompt}"} (for embeddings {"query":
       "{text}", "passage": "{text}"}), and decoding.json as {"max_tokens": 16, "temperature": 0}
       (for embeddings {"encoding_format": "float"}).
""")
"""Rules of evidence (E40x), of suites (E42x) and of config artifacts (E43x)."""
