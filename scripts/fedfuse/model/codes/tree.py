"""E2: the set of changed paths."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E201",
        "A pull request changes something",
        "An empty change has nothing to judge and would cut a release out of nothing.",
        "Commit the manifest you meant to add, and push it to the branch.",
    ),
    Rule(
        "E202",
        "Manifests, events and tool changes travel in pull requests of their own",
        "A threshold lowered together with the manifest that needs it would judge itself.",
        "Move the named files to another pull request; `git checkout main -- FILE` restores one.",
    ),
    Rule(
        "E203",
        "A manifest pull request stays in one provider's folder",
        "Each provider owns its folder; one author cannot vouch for two.",
        "Open one pull request per provider.",
    ),
    Rule(
        "E204",
        "Paths are plain ASCII, in add-only trees lower case",
        "Line breaks, backslashes, option-like and reserved names mean different things to "
        "different programs and operating systems.",
        "Rename the file: letters, digits, `.`, `_` and `-`, not starting with `-`.",
    ),
    Rule(
        "E205",
        "Files are plain files with mode 100644",
        "Symbolic links and submodules reach outside the registry; data is never executed.",
        "Commit a plain file; `git update-index --chmod=-x FILE` removes the executable bit.",
    ),
    Rule(
        "E206",
        "A file of an add-only tree never changes",
        "Releases, verdicts and baselines refer to it by its bytes.",
        "Restore the file and add your change as the next version beside it.",
    ),
    Rule(
        "E207",
        "A file of an add-only tree is never removed",
        "History is replayed from it; a version that must not be used is yanked instead.",
        "Restore the file; to withdraw a version add a `yank` event.",
    ),
    Rule(
        "E208",
        "Add-only trees hold only files whose name the registry knows",
        "A file nobody reads is a place to hide something.",
        "Use `manifests/<provider>/<unit>/v<n>.yaml` with `v<n>.evidence.csv` beside it.",
    ),
    Rule(
        "E209",
        "A pull request changes at most 3,000 files",
        "A change that no person can read is not reviewed.",
        "Split the change.",
    ),
    Rule(
        "E210",
        "Files of add-only trees keep to their size",
        "They stay in history for good, and every judgement reads them.",
        "Ship metrics and evidence only; weights and raw data stay with the provider.",
    ),
    Rule(
        "E211",
        "The branch shares history with main",
        "Without a common ancestor there is no change to judge.",
        "Start a branch from main (`git switch -c mine origin/main`) and commit the files there.",
    ),
    Rule(
        "E212",
        "No two paths are the same, or differ only in case",
        "On case-insensitive file systems one would silently replace the other, and of a path that "
        "a tree holds twice one file is judged and the other checked out.",
        "Rename one of the files.",
    ),
    Rule(
        "E213",
        "No file steers git itself",
        "`.gitattributes`, `.gitmodules` and `.git` change what a checkout contains.",
        "Remove the file from the change.",
    ),
    Rule(
        "E214",
        "A change holds exactly one event",
        "Events are numbered so that two at once conflict; a bundle would hide the order.",
        "Open one pull request per event.",
    ),
    Rule(
        "E215",
        "A release record lands only with the event that promotes it",
        "Records are computed from history; a record written by hand is a claim.",
        "Run `fedfuse promote TAG`, which writes both files.",
    ),
)
