"""The consumer of a pulled release: it decides who answers a prompt, and holds the vote."""
