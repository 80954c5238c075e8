"""What `fedfuse explain` knows beside codes and gates: the checks of the checklist, and words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What `fedfuse explain` prints about one check."""

    name: str
    """As `check:` of an item in `releases/checklist.yaml`."""
    asks: str
    """What must hold for a yes."""
    why: str
    """What goes wrong without it."""
    fix: str
    """How to make it a yes."""


_CHECKS = (
    Check(
        "audit",
        "Main's history is proven and every release tag, here and on the remote, is the very "
        "object that its commit computes.",
        "A file that was changed after it was judged, or a tag that was moved, would serve what "
        "nobody judged.",
        "Run `fedfuse audit`, which names every problem with its fix. A tag that is only missing "
        "comes with `git fetch --tags` or `fedfuse release`.",
    ),
    Check(
        "gates",
        "Every member passed every gate of its role when it landed, or holds a waiver that has not "
        "expired.",
        "A waiver lets a version land for a while; once it is over, nothing says any more that the "
        "version is good enough.",
        "Ship a version that passes, and promote the release that it makes. A waiver comes before "
        "its manifest, so a new one does not help a version that has landed.",
    ),
    Check(
        "artifacts",
        "The files of every member are in their store at the pinned revision, with the pinned "
        "sizes and digests. A store that does not answer is an error, never a yes.",
        "git holds what was judged, the stores hold what is loaded; both must be the same bytes.",
        "Restore the artifact at its revision, or withdraw the version with `fedfuse yank`.",
    ),
    Check(
        "coverage",
        "Every member whose role needs a report is covered by one: `embed` by a `retrieval-eval`, "
        "`runtime` by a `benchmark`, and that report was not withdrawn.",
        "The figures of such a member count only when a second run has found about the same.",
        "Ship a report whose `subject` is the member; it joins the next release.",
    ),
    Check(
        "contracts",
        "Every member shipped on a contract that the route table of its release accepts.",
        "Nodes call a release through the contract alone; a member on another one would answer "
        "what they cannot read.",
        "Promote a release whose members ship on accepted contracts.",
    ),
    Check(
        "withdrawn",
        "No member was yanked or revoked since the release was cut, and the release was never "
        "rolled back.",
        "Both are final: what was found bad once does not come back under the same number.",
        "Promote a release without it. A withdrawn version is followed by a new one, and the next "
        "release holds what the unit fell back to.",
    ),
    Check(
        "hold",
        "No hold is in force, neither one of `fedfuse hold` nor the one that a rollback makes.",
        "Somebody wanted people to look before the next promotion.",
        "`fedfuse status` shows the holds and why they stand; `fedfuse lift N` ends one.",
    ),
    Check(
        "independent-evaluation",
        "Somebody else than its provider (`registry`, or another provider) measured every member "
        "on the canonical suite, and it passed. Of each measurer the newest Evaluation that says "
        "anything counts. One that fails is in the way even where the item says `required: false`.",
        "Metrics are recomputed from the provider's own evidence, which proves that they are "
        "consistent, not that they are honest.",
        "Measure the member with `fedfuse eval run`, then `fedfuse new --evaluates REF --by "
        "registry --evidence FILE.csv --hardware ACCELERATOR@REGION --pricing PER_HOUR@DATE`. "
        "After one that fails, ship a better version, or let the same measurer measure again.",
    ),
    Check(
        "mirror",
        "The mirror that `hub` in registry.yaml names holds every file that git proves of this "
        "release, byte for byte.",
        "Nodes read the mirror, not git: a release that is not there, or is there with other "
        "bytes, cannot be served.",
        "Run `fedfuse mirror`; where it says that a tag diverged, a person must look.",
    ),
    Check(
        "warm",
        "The stable releases that would be warm behind this one could serve at once: their "
        "artifacts are what was judged, and the mirror holds them. One that must not serve is "
        "named and does not count; where there is none the answer is yes: no way back to keep.",
        "A rollback is only as fast as what it goes back to is ready.",
        "Run `fedfuse mirror`, and restore the artifacts that it needs.",
    ),
    Check(
        "slo",
        "What serves now keeps the objectives under `slo` in registry.yaml, by the counters that "
        "`--source` names. Nothing in production, or no objectives, is a yes; without a source it "
        "is not checked.",
        "A promotion while production breaches its objectives hides which of the two releases is "
        "to blame.",
        "Say where the counters are with `--source prometheus:URL`. In a breach `fedfuse slo "
        "check` says what has to follow.",
    ),
    Check(
        "manual",
        "A person affirms the item by approving the pull request of the promotion; no machine "
        "answers it.",
        "Some things only a person can know, such as whether consumers were told.",
        "Nothing is to be run: approve the promotion only if the item is true. What a machine can "
        "know is never `manual`.",
    ),
)

CHECKS: Mapping[str, Check] = {one.name: one for one in _CHECKS}
"""Name of every check that `releases/checklist.yaml` may name to what it asks for."""

WORDS: Mapping[str, str] = {
    "provider": "A site that ships manifests: `provider/` in front of its units.",
    "unit": "The named thing over time, as `provider/unit`; its versions are numbered from 1.",
    "role": "What a unit is for: a model that serves, or a report about one. Thresholds are by "
    "role.",
    "manifest": "One immutable shipment: a unit at one version, added once and never changed.",
    "track": "`release`: the version may join a fused release. `experiment`: it is judged and "
    "recorded, and never a member.",
    "store": "Where the files of artifacts lie. The tool reads them there and never moves them.",
    "artifact": "The shipped bytes: a uri, the store's own immutable revision, and every file with "
    "its size and sha256.",
    "suite": "A versioned, hashed set of evaluation items; the canonical one is what all "
    "providers use.",
    "evidence": "The per-item results of one run on a suite. Metrics are always recomputed from "
    "it.",
    "evaluation": "A later measurement of a version on main, by a provider or by the registry.",
    "gate": "One rule that a shipment has to pass.",
    "verdict": "The outcome of a gate: pass, waived, no-evidence, inconclusive or fail. Only pass "
    "and waived admit.",
    "report": "All outcomes for one change; or a unit without weights that measures another one, "
    "its subject.",
    "admitted": "A manifest that passed at the commit that added it, and was not withdrawn since.",
    "refused": "A manifest that is on main though it did not pass. Its number is used, and it is "
    "never a member.",
    "member": "The version of a unit that a fused release holds.",
    "release": "A fused release: the locked set of members, router, voting rule and contracts, as "
    "an annotated tag.",
    "bundle": "The files of a fused release as they are mirrored.",
    "event": "An add-only file that changes what serves or what may land.",
    "channel": "A name for a release that moves: candidate, production or warm.",
    "candidate": "The newest release.",
    "production": "The release that serves.",
    "node": "A consumer that loads a bundle and routes prompts.",
}
"""A word of reports and commands to what it means here."""
