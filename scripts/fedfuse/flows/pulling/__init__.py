"""Pulls releases to a node, each proven before it is there."""
