"""Fuse provider manifests into one descriptor: `fedfuse fuse` without an installed package."""

import sys

from fedfuse.cli.main import main

if __name__ == "__main__":
    sys.argv[1:1] = ["fuse"]
    main()
