"""What people see of the company itself, and of people and rights (the kernel knows no screens)."""

from . import house, rights

__all__ = ["house", "rights"]
