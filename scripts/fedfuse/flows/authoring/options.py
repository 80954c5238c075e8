"""The options of `fedfuse new`, and what their words mean."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedfuse.errors import UsageError

_PRICE = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class NewOptions:
    """The options of one new manifest. Empty, or None, means: as in the unit's newest version."""

    uri: str = ""
    """Empty: the provider's first prefix and the name of this version."""
    revision: str = ""
    track: str = "release"
    license_id: str = ""
    contract: int | None = None
    """None and no earlier version: the one the route table accepts, else the newest."""
    io: Sequence[str] | None = None
    """`KEY=VALUE`, the value as JSON or plain text."""
    base_model: str = ""
    """`ID@REVISION`."""
    subject: str = ""
    baseline: str = ""
    """Whose interleaved latencies the evidence holds; never taken from an earlier version."""
    hardware: str = ""
    """`ACCELERATOR@REGION`."""
    concurrency: int | None = None
    pricing: str = ""
    """`PER_HOUR@DATE`."""
    seed: int | None = None
    training_system: str = ""
    training_run: str = ""
    """Every version has a run of its own, so this is never taken from an earlier one."""
    training_code: str = ""
    """`REPO@COMMIT`."""
    training_dataset: str = ""
    """`ID@SHA256`."""
    training_splits: str = ""
    """`train=8000,val=1000,test=1000`."""
    login: str = ""
    """Empty: the provider's only account."""

    def base(self) -> tuple[str, str] | None:
        """Id and revision of the base model."""
        return _pair(self.base_model, "--base-model", "org/name@REVISION")

    def machine(self) -> tuple[str, str] | None:
        """Accelerator and region."""
        return _pair(self.hardware, "--hardware", "1xL4@us-east-1")

    def price(self) -> tuple[float, str] | None:
        """Price of the machine per hour, and the day it was seen."""
        pricing = _pair(self.pricing, "--pricing", "0.80@2026-11-20")
        if pricing is None:
            return None
        if not _PRICE.fullmatch(pricing[0]):
            raise UsageError(
                f"--pricing {self.pricing!r} does not begin with a price",
                fix="write it like 0.80@2026-11-20",
            )
        return float(pricing[0]), pricing[1]

    def code(self) -> tuple[str, str] | None:
        """Repository and commit of the training code."""
        return _pair(self.training_code, "--training-code", "https://host/repo@COMMIT")

    def dataset(self) -> tuple[str, str] | None:
        """Id and sha256 of the training data."""
        return _pair(self.training_dataset, "--training-dataset", "ID@SHA256")

    def splits(self) -> Mapping[str, int]:
        """Items per split of the training data."""
        try:
            pairs = [word.split("=") for word in self.training_splits.split(",") if word]
            return {name: int(items) for name, items in pairs}
        except ValueError as err:
            raise UsageError(
                f"--training-splits {self.training_splits!r} does not fit",
                fix="write it like train=8000,val=1000,test=1000",
            ) from err

    def io_facts(self) -> Mapping[str, Any]:
        """What callers depend on: embedding_dim, max_input_tokens, tokenizer_sha256, labels."""
        return dict(_io_fact(word) for word in self.io or ())


def _pair(word: str, option: str, example: str) -> tuple[str, str] | None:
    """The two sides of the last `@`; None when nothing was said."""
    if not word:
        return None
    left, at, right = word.rpartition("@")
    if not (at and left and right):
        raise UsageError(f"{option} {word!r} does not fit", fix=f"write it like {example}")
    return left, right


def _io_fact(word: str) -> tuple[str, Any]:
    key, equals, text = word.partition("=")
    if not equals:
        raise UsageError(f"--io {word!r} has no value", fix="write it like embedding_dim=384")
    try:
        return key, json.loads(text)
    except (ValueError, RecursionError):
        return key, text
