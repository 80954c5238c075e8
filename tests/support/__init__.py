"""What tests are built with: registries, servers and people that act on them."""
