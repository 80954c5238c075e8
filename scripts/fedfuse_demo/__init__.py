"""The worked example: a loopback Hub, three providers, real evidence."""
