"""Plain Python of the house: no Django, no database."""
