"""Judges what one change ships against the base. The only judge."""
