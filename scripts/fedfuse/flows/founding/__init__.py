"""Makes a registry for another organisation, and looks at how one is set up."""
