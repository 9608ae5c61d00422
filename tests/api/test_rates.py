"""What a token may ask a minute: counted exactly over threads and processes, told in every answer, refused politely."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from artel.api.problems import Problem
from artel.api.rates import NEAR, SLOTS, Accounts, spend
from artel.domains.company.factories import person

from .programs import Program, program

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    settings.API_RATE = 3
    return tmp_path


@pytest.fixture
def accounts(tmp_path):
    return Accounts(tmp_path / "accounts")


def left(accounts, token, limit, now):
    rate = accounts.spend(token.bytes, limit, now)
    return rate.left if not rate.wait else f"wait {rate.wait:.0f}"


def test_a_minute_s_requests_may_come_at_once_and_come_back_evenly(accounts):
    token = uuid4()
    assert [left(accounts, token, 3, 1000.0) for _ in range(4)] == [2, 1, 0, "wait 20"]
    assert left(accounts, token, 3, 1019.9) == "wait 0"
    assert [left(accounts, token, 3, 1020.0) for _ in range(2)] == [0, "wait 20"]
    assert left(accounts, token, 3, 1100.0) == 2


def test_a_refused_request_costs_nothing(accounts):
    token = uuid4()
    assert [left(accounts, token, 1, 0.0) for _ in range(3)] == [0, "wait 60", "wait 60"]
    assert left(accounts, token, 1, 60.0) == 0


def test_a_clock_set_back_shuts_nobody_out(accounts):
    token = uuid4()
    for _ in range(3):
        left(accounts, token, 3, 1_000_000.0)
    assert [left(accounts, token, 3, 1000.0) for _ in range(4)] == [2, 1, 0, "wait 20"]


def test_tokens_have_accounts_of_their_own_even_where_they_are_near(accounts):
    near = [UUID(bytes=bytes(12) + bytes([index, 0, 0, 0])) for index in range(NEAR)]  # the same place
    assert len({int.from_bytes(one.bytes[-4:], "big") % SLOTS for one in near}) == 1
    assert [left(accounts, one, 1, 0.0) for one in near] == [0] * NEAR
    assert [left(accounts, one, 1, 1.0) for one in near] == ["wait 59"] * NEAR


def test_threads_and_processes_share_an_account(home, settings):
    settings.API_RATE = 500
    token = uuid4()
    count = (
        "import os, sys, django\nfrom uuid import UUID\ndjango.setup()\n"
        "from artel.api.rates import spend\nfrom artel.api.problems import Problem\ndone = 0\n"
        "for _ in range(300):\n    try:\n        spend(UUID(sys.argv[1]), 0.0)\n        done += 1\n    except Problem:\n        pass\nprint(done)"
    )
    told = {
        **os.environ,
        "ARTEL_HOME": str(home),
        "ARTEL_API_RATE": "500",
        "ARTEL_DATABASE_URL": f"sqlite:///{home / 'x'}",
    }
    line = [sys.executable, "-c", count, str(token)]
    others = [subprocess.Popen(line, env=told, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    def here(_number):
        try:
            return spend(token, 0.0) is not None
        except Problem:
            return False

    with ThreadPoolExecutor(4) as pool:
        mine = sum(pool.map(here, range(300)))
    assert mine + sum(int(one.communicate()[0]) for one in others) == 500


def test_every_answer_tells_what_is_left_and_the_one_too_many_does_nothing(home):
    boss = person("boss", "administrator")
    asking = program(boss)
    answers = [asking.get("partners"), asking.get("nothing-here"), asking.post("partners", {"name": "Волга"})]
    assert [one.status_code for one in answers] == [200, 404, 201]
    assert [one["RateLimit"].partition(";t")[0] for one in answers] == [
        '"token";r=2',
        '"token";r=1',
        '"token";r=0',
    ]
    assert answers[0]["RateLimit-Policy"] == '"token";q=3;w=60'
    refused = asking.post("partners", {"name": "Нева"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused["Retry-After"]) <= 20
    # Another token of the same person is not held up by this one.
    assert [row["name"] for row in program(boss).get("partners").json()["items"]] == ["Волга"]


def test_strangers_learn_nothing_of_accounts_and_pages_are_not_counted(home, client):
    assert "RateLimit" not in Program("nonsense").get("partners")
    boss = person("boss", "administrator")
    client.force_login(boss.user, backend="django.contrib.auth.backends.ModelBackend")
    answers = [client.get("/api/v1/partners") for _ in range(5)]
    assert {one.status_code for one in answers} == {200}
    assert "RateLimit" not in answers[0]


def test_zero_is_no_limit(home, settings):
    settings.API_RATE = 0
    asking = program(person("boss", "administrator"))
    assert [asking.get("partners").status_code for _ in range(5)] == [200] * 5


def test_a_home_without_room_lets_everybody_in(home):
    script = (
        "import resource, django\ndjango.setup()\nfrom uuid import uuid4\nfrom artel.api.rates import spend\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\nprint(spend(uuid4()))"
    )
    told = {**os.environ, "ARTEL_HOME": str(home), "ARTEL_DATABASE_URL": f"sqlite:///{home / 'x'}"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=told, capture_output=True, text=True, check=True
    )
    assert done.stdout == "None\n"
