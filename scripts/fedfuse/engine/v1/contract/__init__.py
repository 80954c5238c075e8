"""Contracts: whether a consumer of one contract document may be served by another.

`compare` answers with a proof, a counterexample, or the reason why neither was found. The
documents are `schemas/contract/<role>/v<k>.json`; their JSON Schemas use only the keywords that
`fedfuse.engine.v1.contract.read` lists, a subset in which inclusion of one schema in another is
decidable.
"""

from fedfuse.engine.v1.contract.compare import Comparison, Outcome, compare

__all__ = ["Comparison", "Outcome", "compare"]
