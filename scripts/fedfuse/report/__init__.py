"""Floor 2: reports rendered as text, Markdown (the pull-request comment) and JSON. Pure."""
