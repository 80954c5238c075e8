"""E9: the provider manifests that `fedfuse fuse` reads."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E901",
        "A provider manifest is the minimal form or one full manifest of track `release`",
        "An empty list offers nothing, and an experiment never joins a fused release.",
        "Write {provider, artifacts: [{id, role, metrics, uri}]}, or pass a `kind: Manifest` file.",
    ),
    Rule(
        "E902",
        "A file passed to --PROVIDER-manifest says that provider",
        "Two swapped files would put one provider's artifacts into another's role.",
        "Pass the file to its own flag, or correct `provider`.",
    ),
    Rule(
        "E903",
        "A provider manifest has no fields but the documented ones",
        "A misspelt field would silently count as absent.",
        "Remove the field or correct its name.",
    ),
    Rule(
        "E904",
        "Ids and uris have the documented form",
        "Programs read the descriptor: a uri is the scheme of a store and a plain path.",
        "Write ids as NAMESPACE/NAME, and uris without user, port, query, escapes or `..`.",
    ),
    Rule(
        "E905",
        "Every artifact has the role that is fused from its provider",
        "textgen comes from hf, embed from gcp, runtime from aws; nothing else is asked for.",
        "List only artifacts of that role.",
    ),
    Rule(
        "E906",
        "Every metric of the role is a finite number in its range",
        "A gate on a missing or odd number would pass or fail by accident. quality and safety are "
        "shares from 0 to 1; embed needs no safety, but safety that is stated is judged.",
        "State the measured numbers, shares as 0.842 and not as 84.2.",
    ),
    Rule(
        "E907",
        "An artifact id occurs once in all the files together",
        "Ids decide ties and name the choice, so two artifacts cannot share one.",
        "Give every artifact an id of its own.",
    ),
    Rule(
        "E908",
        "At least one artifact of every provider passes every gate",
        "A descriptor with an empty role serves nobody, so none is written.",
        "Ship a better artifact, or set the limits with the --min and --max options.",
    ),
)
