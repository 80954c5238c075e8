"""Mutants that decide as the engine does, with the reason. By path and description."""

from collections.abc import Mapping

EQUIVALENT: Mapping[str, str] = {}
