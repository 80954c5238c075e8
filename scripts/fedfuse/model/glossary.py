"""What `fedfuse explain` knows beside codes and gates: the checks of the checklist, and words."""

from collections.abc import Mapping

from fedfuse.model.passing import SIMULATED
from fedfuse.model.rule import Rule, rules

_CHECKS = rules("""
audit: Main's history is proved, and every release tag, here and on the remote, is the object that
    its commit computes.
  Why: A file that was changed after it was judged, or a tag that was moved, would serve what nobody
       judged.
  Fix: Run `fedfuse audit`. It names every problem with its fix. If a tag is only missing, `git
       fetch --tags` or `fedfuse release` brings it back.
gates: Every member passed every gate of its role when it landed, or has a waiver that is not
    expired.
  Why: A waiver lets a version serve for a limited time. After that, nothing says that the version
       is good enough.
  Fix: Ship a version that passes, and promote the release that it makes. A new waiver does not help
       a version that has landed, because a waiver lands before its manifest.
artifacts: The files of every member are in their store, at the pinned revision, with the pinned
    sizes and digests. If a store does not answer, that is an error and never a yes.
  Why: Git holds what was judged, and the stores hold what nodes load. Both must be the same bytes.
  Fix: Restore the artifact at its revision, or withdraw the version with `fedfuse yank`.
coverage: A report covers every member whose role needs one: a `retrieval-eval` covers an `embed`,
    and a `benchmark` covers a `runtime`. The report is not withdrawn.
  Why: The figures of such a member count only if a second run agrees with them.
  Fix: Ship a report whose `subject` is the member. The next release then includes it.
contracts: Every member was shipped on a contract that the route table of its release accepts.
  Why: Nodes call a release only through the contract. They could not read the answers of a member
       on another contract.
  Fix: Promote a release whose members were shipped on accepted contracts.
withdrawn: No member was yanked or revoked after the release was cut, and the release was never
    rolled back.
  Why: Both are final: a version or a release that was bad does not come back under the same number.
  Fix: Promote a release without it. Ship a new version in place of a withdrawn one. The next
       release holds the version that the unit fell back to.
hold: No hold is in force. `fedfuse hold` makes one, and so does every rollback.
  Why: A hold gives people time to find the cause before the next promotion.
  Fix: `fedfuse status` shows the holds and their reasons. `fedfuse lift N` ends one.
independent-evaluation: The registry, or a provider other than the member's own, measured every
    member on the canonical suite, and it passed. For each measurer the newest Evaluation that has a
    clear result counts. One that fails blocks the release even if the item says `required: false`.
    In a registry with an `evaluator`, every member passed an Evaluation by the registry on the
    sealed suite. Where another version serves, the two are compared on that suite, as the policy
    demands. Then the item always blocks.
  Why: The tool recomputes metrics from the provider's own evidence. That proves that they are
       consistent, and not that they are honest.
  Fix: Measure the member with `fedfuse eval run`. Then run `fedfuse new --evaluates REF --by
       registry --evidence FILE.csv`. With an evaluator, start the workflow `evaluate` or run
       `fedfuse eval release`. After an Evaluation that fails, ship a better version, or let the
       same measurer measure again.
mirror: The mirror that `hub` in registry.yaml names holds every file that git proves of this
    release, byte for byte.
  Why: Nodes read the mirror and not git. They cannot serve a release that is missing there or has
       other bytes.
  Fix: Run `fedfuse mirror`. If it says that a tag diverged, a person must find out why.
warm: Every stable release that would be warm behind this one can serve at once: its artifacts are
    what was judged, and the mirror holds them. A release that must not serve is named and does not
    count. If there is no such release, the answer is yes, because there is nothing to keep ready.
  Why: A rollback is quick only if the release that it goes back to is ready to serve.
  Fix: Run `fedfuse mirror`, and restore the artifacts that it needs.
slo: What serves now keeps the objectives under `slo` in registry.yaml, by the counters that
    `--source` names. If nothing serves, or there are no objectives, the answer is yes. Without a
    source this is not checked.
  Why: If a release is promoted during a breach, nobody can tell which of the two releases is the
       cause.
  Fix: Name the counters with `--source prometheus:URL`. In a breach, `fedfuse slo check` says what
       must follow.
manual: A person affirms the item by approving the pull request of the promotion. The tool does not
    answer it.
  Why: Some things only a person can know, for example whether consumers were told.
  Fix: There is nothing to run. Approve the promotion only if the item is true. What the tool can
       know is never `manual`.
""")

CHECKS: Mapping[str, Rule] = {one.code: one for one in _CHECKS}
"""Name of every check that `releases/checklist.yaml` may name to what it asks for."""

WORDS: Mapping[str, str] = {
    "provider": "A site that ships manifests. Its name is the first part of the name of each of "
    "its units.",
    "unit": "A named thing that is shipped again and again, as `provider/unit`. Its versions are "
    "numbered from 1.",
    "role": "What a unit is for: it is a model that serves, or a report about one. Each role has "
    "its own thresholds.",
    "manifest": "A file that ships one version of a unit. It is added once and never changes.",
    "track": "`release`: the version may join a fused release. `experiment`: the version is judged "
    "and recorded, and never joins.",
    "store": "Where the files of artifacts lie. The tool reads them there and never moves them.",
    "artifact": "The shipped files: a uri, the store's own immutable revision, and each file with "
    "its size and sha256.",
    "suite": "A set of evaluation items with a version and a digest. All providers use the "
    "canonical suite.",
    "sealed suite": "A suite of which git holds the digests and an outline without words. "
    "Maintainers keep its items, and only the registry measures on it. It is published when it "
    "retires.",
    "evidence": "The result of each item in one run of a suite. The tool recomputes the metrics "
    "from it.",
    "evaluation": "A later measurement of a version on main, by a provider or by the registry.",
    "gate": "One rule that a shipment has to pass.",
    "verdict": "The outcome of a gate: pass, waived, no-evidence, inconclusive or fail. Only pass "
    "and waived let a version in.",
    "passing": "How often a version whose truth is known passes the gates quality and safety on "
    f"canonical v1, at the thresholds of a new registry. By simulation: {SIMULATED}.",
    "report": "All outcomes for one pull request. Also a unit without weights that measures "
    "another unit, its subject.",
    "admitted": "A manifest that passed when it landed on main, and was not withdrawn later.",
    "refused": "A manifest that is on main although it did not pass. Its number is used, and it is "
    "never a member.",
    "member": "The version of a unit that a fused release holds.",
    "release": "A fused release: a git tag that locks the members, the router, the voting rule and "
    "the contracts.",
    "bundle": "The files of a fused release on the mirror.",
    "event": "A file that changes what serves: promote, rollback, hold, lift, yank or waive. It is "
    "added once and never changes.",
    "channel": "A name that moves from release to release: candidate, production or warm.",
    "candidate": "The newest release.",
    "production": "The release that serves.",
    "node": "A consumer that loads a bundle and routes prompts.",
}
"""A word of reports and commands to what it means here."""
