"""Golden histories: scripted registries whose outcome an engine may never change."""
