"""Passwords of tests: hashed as they are in the product, with a thousandth of the work."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """A real Argon2 all the same: what it made, the product reads."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
