"""`python -m fedfuse` is the `fedfuse` command."""

from fedfuse.cli.main import main

if __name__ == "__main__":
    main()
