"""What people see of the client base. In this order the rail shows it: partners first."""

from . import directories, partner, people, relations

__all__ = ["directories", "partner", "people", "relations"]
