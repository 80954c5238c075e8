"""E9: the provider manifests that `fedfuse fuse` reads. Their fields are judged as E301 to E306."""

from fedfuse.model.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "E902",
        "The file of --PROVIDER-manifest names that provider",
        "If two files are exchanged, the artifacts of one provider get the role of another.",
        "Give the file to its own option, or correct `provider`.",
    ),
    Rule(
        "E905",
        "Every artifact has the role that is fused from its provider",
        "The role textgen comes from hf, embed from gcp and runtime from aws. No other role is "
        "fused.",
        "List only artifacts of that role.",
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
