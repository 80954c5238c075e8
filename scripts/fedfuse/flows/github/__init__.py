"""What fedfuse keeps on GitHub: verdicts, comments, pages, issues, settings."""
