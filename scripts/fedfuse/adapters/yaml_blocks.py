"""Writes documents for other tools as YAML in block style, which every reader takes alike."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from fedfuse.model.yaml_text import scalar


class _Dumper(yaml.SafeDumper):
    """Repeats what occurs twice, and quotes what some reader may take for no text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """No anchors: people edit what was rendered."""
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None if scalar(value) == value else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def written(documents: Sequence[Mapping[str, Any]], *, comment: Sequence[str] = ()) -> str:
    """Documents in their order, keys in theirs; the lines of the comment come first."""
    head = "".join(f"# {line}\n" for line in comment)
    body = yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False, width=100, indent=2)
    return head + body
