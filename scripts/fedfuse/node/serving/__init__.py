"""`fedfuse serve`: the node behind the OpenAI-compatible protocol."""

DRAIN_SECONDS = 30
"""How long requests that have begun may still take when the node is told to stop."""
