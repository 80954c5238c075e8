"""The options of `fedfuse new`, and what their words mean."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedfuse.errors import UsageError
from fedfuse.model.run_record import Hardware, Pricing

_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_PRICE = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class NewOptions:
    """The options of one new manifest. Empty, or None, means: as in the unit's newest version.

    The facts of a run (hardware, concurrency, pricing, seed) are none: each run has its own.
    """

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
    sealed: bool = False
    """Whether an Evaluation was measured on the registry's sealed suite."""

    def base(self) -> tuple[str, str] | None:
        """Id and revision of the base model."""
        return _pair(self.base_model, "--base-model", "org/name@REVISION")

    def machine(self) -> Hardware | None:
        """What the run's model was served by."""
        return hardware_of(self.hardware)

    def price(self) -> Pricing | None:
        """What that costs."""
        return pricing_of(self.pricing)

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


def hardware_of(word: str) -> Hardware | None:
    """What `--hardware` says; None when it is empty. Raises UsageError for another form."""
    pair = _pair(word, "--hardware", "1xL4@us-east-1")
    return Hardware(*pair) if pair else None


def pricing_of(word: str) -> Pricing | None:
    """What `--pricing` says; None when it is empty. Raises UsageError for another form."""
    pair = _pair(word, "--pricing", "0.80@2026-11-20")
    if pair is None:
        return None
    if not (_PRICE.fullmatch(pair[0]) and _DAY.fullmatch(pair[1])):
        raise UsageError(
            f"--pricing {word!r} is no price and the day it was seen on",
            fix="write it like 0.80@2026-11-20",
        )
    return Pricing(float(pair[0]), pair[1])


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
