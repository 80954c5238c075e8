"""E35: tool changes (policy, schemas, contracts, suites)."""

from fedfuse.model.rule import rules

RULES = rules("""
E350: Every reference in a schema leads to a definition in the same file, and not in a circle
  Why: The tool reads a schema without a network. A reference that leads nowhere, or in a circle,
       would stop every check.
  Fix: Put the definition under `$defs`, and refer to it as `#/$defs/NAME`.
E351: registry.yaml names an engine that the tool has, and never an older one than before
  Why: Each commit of main is judged by the engine that its registry.yaml names. A tool without that
       engine cannot judge it. An older engine may not know what a newer one has admitted.
  Fix: First land the tool that has the new engine (`fedfuse upgrade`), then raise `engine`.
E352: Every route names a contract that exists
  Why: A route to a contract that does not exist would keep every unit out.
  Fix: Add the contract in the same pull request, or name a version that exists.
E353: Contracts are numbered without a gap, and each names its own role and version
  Why: A unit names a contract by role and version, so each pair must mean one file.
  Fix: Name the file `schemas/contract/<role>/v<next>.json`, and write the same role and version in
       it.
E354: A changed schema still accepts every manifest, Evaluation and event that counts on main
  Why: History is computed again from these files, so none of them may become invalid.
  Fix: Make a new field optional, or add the next version of the schema.
E355: fedfuse.lock and the workflows name one tool, and it has the engine of registry.yaml
  Why: The workflows run the tool, and it stops when the lock pins another one; then nothing is
       judged, tagged or mirrored any more.
  Fix: Change `fedfuse.lock` and the `uses:` lines of the workflows in one pull request.
E357: `release_name` stays what it was in the first release
  Why: Every tag begins with it. Under another name the releases of a registry could not be found,
       and their versions would begin again.
  Fix: Restore `release_name`. A registry with another name is made with `fedfuse init`.
E358: `namespace` stays what it was in the first release
  Why: The id of every manifest on main begins with it, and manifests never change.
  Fix: Restore `namespace`. A registry with another one is made with `fedfuse init`.
E359: The role of a unit stays what it was when its first version was admitted
  Why: Its versions were judged by the gates of that role, and are compared with one another.
  Fix: Restore the role. List the new purpose as another unit.
E360: Judging the schemas, suites, contracts and policy of a change costs at most 8 s of CPU and 192
     MB, and 1 s more for every 200 documents of main that a changed schema judges again
  Why: A pattern that backtracks, or definitions that multiply, can keep the judge busy for years.
       Nobody else's pull request would then be judged.
  Fix: Change one schema at a time to see which one it is. Write patterns without nested
       repetitions, and refer to a definition once instead of doubling it at every level.
""")
