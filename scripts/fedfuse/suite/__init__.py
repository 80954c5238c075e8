"""The canonical suite: its seeded generator and the scoring of answers. Pure: no I/O."""
