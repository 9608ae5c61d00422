"""What people see of the client base."""

from . import directories, partner, people

__all__ = ["directories", "partner", "people"]
