"""What people see of the company itself, of people and rights, and of attributes (the kernel knows no screens)."""

from . import house, rights, settings, tailoring

__all__ = ["house", "rights", "settings", "tailoring"]
