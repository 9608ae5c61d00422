"""A program's view: clients with tokens of three people, and the directories they need."""

import json

from django.test import Client

from artel.kernel.actors import Actor
from artel.kernel.admission import issue_token, new_secret, token_arguments

HOUSE = Actor.system("tests")


class Program(Client):
    """Sends JSON with a bearer token."""

    def __init__(self, secret=""):
        super().__init__()
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def send(self, method, path, body=None, raw=None, **headers):
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = sent.pop("Content-Type", "application/json")
        return self.generic(
            method, f"/api/v1/{path}", data, content_type=content, headers={**self.headers, **sent}
        )

    def get(self, path, **headers):
        return self.send("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.send("POST", path, body, **headers)

    def patch(self, path, body=None, **headers):
        return self.send("PATCH", path, body, **headers)

    def delete(self, path, **headers):
        return self.send("DELETE", path, **headers)


def program(actor, **more):
    """A client with a fresh token of the person."""
    secret = new_secret()
    issue_token(HOUSE, actor.user, **token_arguments(secret, "test", **more))
    return Program(secret)
