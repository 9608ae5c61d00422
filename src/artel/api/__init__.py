"""The engine for programs: REST at /api/v1 and its OpenAPI document, both made from the rooms' `Resource` declarations.

callers (who asks) → requests (what was sent) → resources (what it is about) → listing, records, acting (what is done) → problems (no).
"""
