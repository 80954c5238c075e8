"""fedfuse: a git repository as the registry of a multi-cloud model federation."""

__version__ = "0.1.0"
