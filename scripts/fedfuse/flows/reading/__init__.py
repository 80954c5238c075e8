"""Reads a registry at one commit: its own files, parsed and cached by content."""
