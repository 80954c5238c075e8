"""E9: the provider manifests that `fedfuse fuse` reads. Their fields are judged as E301 to E306."""

from fedfuse.model.rule import rules

RULES = rules("""
E902: The file of --PROVIDER-manifest names that provider
  Why: If two files are exchanged, the artifacts of one provider get the role of another.
  Fix: Give the file to its own option, or correct `provider`.
E905: Every artifact has the role that is fused from its provider
  Why: The role textgen comes from hf, embed from gcp and runtime from aws. No other role is fused.
  Fix: List only artifacts of that role.
E907: An artifact id is in all the files together only once
  Why: The id names the chosen artifact and breaks ties.
  Fix: Give every artifact an id of its own.
E908: At least one artifact of every provider passes every gate
  Why: A descriptor with an empty role is of no use, so none is written.
  Fix: Ship a better artifact, or change the limits with the --min and --max options.
""")
