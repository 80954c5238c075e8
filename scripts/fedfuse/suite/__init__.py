"""Evaluation tasks: what a model is asked, and the score of its answer. Pure: no I/O."""
