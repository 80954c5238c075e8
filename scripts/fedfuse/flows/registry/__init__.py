"""Makes a registry and looks after its settings: init, doctor, the release App."""
