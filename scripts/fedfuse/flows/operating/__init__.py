"""What serves and what changes it: status, events, objectives, pull requests of automation."""
