"""Reads main: the registry at a commit, its releases, and what served when."""
