"""Service-level objectives: how fast a release burns its error budget, and what that decides."""
