"""`python -m fedfuse.demo`: the demonstration, which the wheel carries as a package of its own."""

import sys

from fedfuse_demo.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
