"""What the Hub says about a model card before it takes a commit: its metadata must be readable."""

from typing import Any

import yaml

_RELATIONS = {"adapter", "finetune", "merge", "quantized"}


def problem_of(card: str) -> str:
    """What is wrong with a card's metadata; empty when nothing is."""
    parts = card.split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        return "the card does not start with a metadata block between two --- lines"
    try:
        metadata = yaml.safe_load(parts[1])
    except yaml.YAMLError as err:
        return f"the metadata is no YAML: {err}"
    if not isinstance(metadata, dict):
        return "the metadata is no mapping"
    return _problem_of_fields(metadata)


def _problem_of_fields(metadata: dict[str, Any]) -> str:
    if not isinstance(metadata.get("license"), str):
        return '"license" must be a string'
    if metadata["license"] == "other" and not metadata.get("license_name"):
        return '"license_name" is required when the license is "other"'
    if metadata.get("base_model_relation", "adapter") not in _RELATIONS:
        return f'"base_model_relation" must be one of {sorted(_RELATIONS)}'
    for model in metadata.get("model-index", []):
        for result in model["results"]:
            missing = {"task", "dataset", "metrics"} - set(result)
            if missing:
                return f'"model-index[].results[]" lacks {sorted(missing)}'
    return ""
