"""Partners, legal entities, persons and contact roles, regions, acquisition channels and first interest."""
