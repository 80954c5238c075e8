"""One module per kind of store: what each knows of an artifact without downloading its weights."""
