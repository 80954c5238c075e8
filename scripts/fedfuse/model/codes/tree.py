"""E2: the set of changed paths."""

from fedfuse.model.rule import rules

RULES = rules("""
E201: A pull request changes something
  Why: An empty change has nothing to judge.
  Fix: Commit the files that you wanted to add, and push them to the branch.
E202: A pull request holds manifests, or one event, or other changes, but never two of these
  Why: A pull request that lowers a threshold and adds the manifest that needs it would judge
       itself.
  Fix: Move the named files to another pull request. `git checkout main -- FILE` restores a file.
E203: A pull request with manifests stays in the folder of one provider
  Why: Each provider is responsible for its own folder.
  Fix: Open one pull request per provider.
E204: Paths are plain ASCII, and lower case in add-only folders
  Why: Line breaks, backslashes, names that look like options and reserved names mean different
       things to different systems.
  Fix: Rename the file. Use letters, digits, `.`, `_` and `-`, and do not begin with `-`.
E205: Every file is a plain file with mode 100644
  Why: Symbolic links and submodules reach outside the registry, and data is never executed.
  Fix: Commit a plain file; `git update-index --chmod=-x FILE` removes the executable bit.
E206: A file in an add-only folder never changes
  Why: Releases, verdicts and baselines refer to these bytes.
  Fix: Restore the file. Add your change as the next version beside it.
E207: A file in an add-only folder is never removed
  Why: History is computed from these files.
  Fix: Restore the file. To withdraw a version, run `fedfuse yank`.
E208: An add-only folder holds only files with a known name
  Why: Nobody reads another file, so it could hide something.
  Fix: Use `manifests/<provider>/<unit>/v<n>.yaml` with `v<n>.evidence.csv` beside it.
E209: A pull request changes at most 3,000 files, and adds at most 12 manifests and Evaluations
  Why: No person can review a larger change, and judging it would keep the judge from others.
  Fix: Split the change into several pull requests.
E210: Files that the tool reads are within their size limit
  Why: They stay in the history for ever, and every check reads them.
  Fix: Ship only metrics and evidence. Weights and raw data stay with the provider.
E211: The branch shares history with main
  Why: Without a common ancestor it is not clear what the branch changes.
  Fix: Make a branch from main (`git switch -c mine origin/main`) and commit the files there.
E212: No two paths differ only in case
  Why: A file system that ignores case replaces one file with the other.
  Fix: Rename one of the files.
E213: A change holds no file that controls git
  Why: `.gitattributes`, `.gitmodules` and `.git` change what a checkout contains.
  Fix: Remove the file from the change.
E214: A change holds exactly one event
  Why: The number of an event is a lock: two events with one number conflict. Two events in one
       change would avoid it.
  Fix: Open one pull request for each event.
E215: A release record is added only by the event that promotes the release
  Why: A record is computed from history. If a person writes one, it proves nothing.
  Fix: Run `fedfuse promote TAG`, which writes both files.
E216: Every commit and every folder has the form in which git itself writes it
  Why: A folder that names a file twice is judged by one of the two and checked out as the other. A
       commit without a date cannot be judged at its time. A folder that is larger or deeper than
       any registry needs would exhaust the judge.
  Fix: Make the commit with `git add` and `git commit`. `git fsck` names a broken object.
E217: No commit on main is dated later than now
  Why: Waivers and prices end by the date of the commits. One date in the future would end all of
       them, and the clock of a registry never goes back.
  Fix: Wait until that date, or take the commit off main: nothing was released from it. Then set the
       clock of the machine that made it.
""")
