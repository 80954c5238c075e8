"""Makes tags and mirrors equal to what main's history says."""
