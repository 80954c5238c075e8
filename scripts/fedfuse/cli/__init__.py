"""Floor 4: the command line. Options, output and exit codes; no decisions."""
