"""Floor 3: one use case per file; joins adapters, gates, fusion and report."""
