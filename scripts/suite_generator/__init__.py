"""Makes the items of an evaluation suite from a seed. Judging and measuring never need it."""
