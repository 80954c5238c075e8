"""Writes what a provider ships: manifests and Evaluations."""
