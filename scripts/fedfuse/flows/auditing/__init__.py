"""Proves again what is in a clone, on its mirror and in the stores."""
