"""Judges a pull request, a set of them, or the files of a work tree."""
