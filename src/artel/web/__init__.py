"""The engine for people: pages made from declarations, their components, templates and static files."""
