"""Floor 1: frozen values and pure functions. No input, no output, no clock."""
