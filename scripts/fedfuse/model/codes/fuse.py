"""E9: the provider manifests that `fedfuse fuse` reads."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E901",
        "A provider manifest is the minimal form or one full manifest of track `release`",
        "An empty list offers nothing, and an experiment never joins a fused release.",
        "Write {provider, artifacts: [{id, role, metrics, uri}]}, or use a file of `kind: "
        "Manifest`.",
    ),
    Rule(
        "E902",
        "The file of --PROVIDER-manifest names that provider",
        "If two files are exchanged, the artifacts of one provider get the role of another.",
        "Give the file to its own option, or correct `provider`.",
    ),
    Rule(
        "E903",
        "A provider manifest has only the documented fields",
        "A misspelled field would count as missing, and nobody would see it.",
        "Remove the field or correct its name.",
    ),
    Rule(
        "E904",
        "Ids and uris have the documented form",
        "Programs read the descriptor, so a uri is hf://, gs://, s3:// or dir: and a plain path.",
        "Write an id as NAMESPACE/NAME. Write a uri without user, port, query, escapes or `..`.",
    ),
    Rule(
        "E905",
        "Every artifact has the role that is fused from its provider",
        "The role textgen comes from hf, embed from gcp and runtime from aws. No other role is "
        "fused.",
        "List only artifacts of that role.",
    ),
    Rule(
        "E906",
        "Every metric of the role is a finite number in its range",
        "A missing or invalid number would make a gate pass or fail by accident. quality and "
        "safety are shares from 0 to 1. embed needs no safety, but a safety that is there is "
        "judged.",
        "Write the measured numbers. Write shares as 0.842 and not as 84.2.",
    ),
    Rule(
        "E907",
        "An artifact id is in all the files together only once",
        "The id names the chosen artifact and breaks ties.",
        "Give every artifact an id of its own.",
    ),
    Rule(
        "E908",
        "At least one artifact of every provider passes every gate",
        "A descriptor with an empty role is of no use, so none is written.",
        "Ship a better artifact, or change the limits with the --min and --max options.",
    ),
)
