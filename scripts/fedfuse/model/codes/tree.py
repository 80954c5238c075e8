"""E2: the set of changed paths."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E201",
        "A pull request changes something",
        "An empty change has nothing to judge.",
        "Commit the files that you wanted to add, and push them to the branch.",
    ),
    Rule(
        "E202",
        "A pull request holds manifests, or one event, or other changes, but never two of these",
        "A pull request that lowers a threshold and adds the manifest that needs it would judge "
        "itself.",
        "Move the named files to another pull request. `git checkout main -- FILE` restores a "
        "file.",
    ),
    Rule(
        "E203",
        "A pull request with manifests stays in the folder of one provider",
        "Each provider is responsible for its own folder.",
        "Open one pull request per provider.",
    ),
    Rule(
        "E204",
        "Paths are plain ASCII, and lower case in add-only folders",
        "Line breaks, backslashes, names that look like options and reserved names mean different "
        "things to different systems.",
        "Rename the file. Use letters, digits, `.`, `_` and `-`, and do not begin with `-`.",
    ),
    Rule(
        "E205",
        "Every file is a plain file with mode 100644",
        "Symbolic links and submodules reach outside the registry, and data is never executed.",
        "Commit a plain file; `git update-index --chmod=-x FILE` removes the executable bit.",
    ),
    Rule(
        "E206",
        "A file in an add-only folder never changes",
        "Releases, verdicts and baselines refer to these bytes.",
        "Restore the file. Add your change as the next version beside it.",
    ),
    Rule(
        "E207",
        "A file in an add-only folder is never removed",
        "History is computed from these files.",
        "Restore the file. To withdraw a version, run `fedfuse yank`.",
    ),
    Rule(
        "E208",
        "An add-only folder holds only files with a known name",
        "Nobody reads another file, so it could hide something.",
        "Use `manifests/<provider>/<unit>/v<n>.yaml` with `v<n>.evidence.csv` beside it.",
    ),
    Rule(
        "E209",
        "A pull request changes at most 3,000 files, and adds at most 12 manifests and Evaluations",
        "No person can review a larger change, and judging it would keep the judge from others.",
        "Split the change into several pull requests.",
    ),
    Rule(
        "E210",
        "Files in add-only folders are within their size limit",
        "They stay in the history for ever, and every check reads them.",
        "Ship only metrics and evidence. Weights and raw data stay with the provider.",
    ),
    Rule(
        "E211",
        "The branch shares history with main",
        "Without a common ancestor it is not clear what the branch changes.",
        "Make a branch from main (`git switch -c mine origin/main`) and commit the files there.",
    ),
    Rule(
        "E212",
        "No two paths are equal or differ only in case",
        "A file system that ignores case replaces one file with the other. If a tree holds one "
        "path twice, one file is judged and the other is checked out.",
        "Rename one of the files.",
    ),
    Rule(
        "E213",
        "A change holds no file that controls git",
        "`.gitattributes`, `.gitmodules` and `.git` change what a checkout contains.",
        "Remove the file from the change.",
    ),
    Rule(
        "E214",
        "A change holds exactly one event",
        "The number of an event is a lock: two events with one number conflict. Two events in one "
        "change would avoid it.",
        "Open one pull request for each event.",
    ),
    Rule(
        "E215",
        "A release record is added only by the event that promotes the release",
        "A record is computed from history. If a person writes one, it proves nothing.",
        "Run `fedfuse promote TAG`, which writes both files.",
    ),
)
