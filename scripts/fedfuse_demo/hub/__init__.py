"""A Hub on the loopback interface: what demonstrations and tests speak to instead of the real one.

Every repository is a bare git repository that plain git can read; large files lie beside it. The
unmodified huggingface_hub client works against it.
"""
