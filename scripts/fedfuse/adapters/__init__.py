"""Floor 2: one outside party per file; vendor exceptions stop here."""
