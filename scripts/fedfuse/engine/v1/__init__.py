"""Engine 1: everything that decides history. Pure; `engine` is its face."""
