"""`fedfuse serve`: the node behind the OpenAI-compatible protocol."""
