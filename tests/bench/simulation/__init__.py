"""Simulations of the gates: worlds of models whose truth is known, judged by the real gates."""
