"""What people see of the company itself, of people and rights, and of attributes (the kernel knows no screens)."""

from . import attributes, house, rights

__all__ = ["attributes", "house", "rights"]
