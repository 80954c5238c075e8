"""Mutation run: wrong engines, each of which some test has to notice. Not part of the test run."""
