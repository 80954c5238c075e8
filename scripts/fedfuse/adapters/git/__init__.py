"""The only speaker of git: scrubbed environment, full object ids, argument lists, no shell."""
