"""Folds main's history: releases, what serves, and what both say of a release."""
