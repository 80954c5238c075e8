"""Measures a served model on a suite."""
