"""Floor 2: one promotion gate per file, pure; `roster.judge` runs those a role declares."""
