"""Where a release sends a prompt, for people and for programs."""

from fedfuse.model.routing import Routed
from fedfuse.report.blocks import Block, Table


def blocks(found: Routed, *, explain: bool) -> tuple[Block, ...]:
    """One row a fact; every label's score when asked to explain."""
    rows = [("release", found.release), ("router", found.router)]
    if found.prompt_type:
        rows.append(("type", found.prompt_type))
    choice = found.choice
    if choice:
        rows += [
            ("score", f"{choice.score:.3f} of {choice.best}"),
            ("threshold", f"{choice.threshold:.2f}, fitted on {found.fitted_on}"),
        ]
    if found.target:
        rows += [("target", found.target), ("fallbacks", ", ".join(found.fallbacks) or "none")]
    made: list[Block] = [Table(("what", "found"), (*rows, ("reason", found.reason)))]
    if choice and explain:
        ranked = sorted(choice.scores.items(), key=lambda one: (-one[1], one[0]))
        made.append(Table(("label", "score"), tuple((k, f"{v:.3f}") for k, v in ranked)))
    return tuple(made)
