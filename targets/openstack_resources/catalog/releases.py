"""The releases whose vocabulary is known, oldest first."""

RELEASES = ("2024.2", "2025.1", "2025.2", "2026.1")
