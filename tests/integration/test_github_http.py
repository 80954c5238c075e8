"""How GitHub is spoken to: pages, rate limits, lost answers, refusals, and the token's secrecy."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fedfuse.adapters.github_http import Session
from fedfuse.errors import RemoteError
from tests.github.scripted import Reply, Script, scripted

TOKEN = "ghs_not_a_real_token"  # noqa: S105 - fake
NOW = 1_790_000_000.0


@contextmanager
def talking(*replies: Reply) -> Iterator[tuple[Session, Script, list[float]]]:
    """A session with a scripted server, and the pauses it would have made."""
    pauses: list[float] = []
    with (
        scripted(*replies) as script,
        Session(script.url, TOKEN, pause=pauses.append, clock=lambda: NOW) as session,
    ):
        yield session, script, pauses


NEXT = {"Link": '<https://api.github.invalid/next>; rel="next", <https://x.invalid>; rel="last"'}


def test_all_pages_of_a_list_are_read_and_links_to_other_hosts_are_not_followed() -> None:
    with talking(Reply(body=[1, 2], headers=NEXT), Reply(body=[3])) as (session, script, _):
        assert list(session.pages("/things", state="all")) == [1, 2, 3]
    assert script.asked == [
        "GET /things?state=all&per_page=100&page=1",
        "GET /things?state=all&per_page=100&page=2",
    ]


def test_a_list_under_a_key_is_read_to_its_end() -> None:
    first = Reply(body={"total_count": 2, "runs": ["a"]}, headers=NEXT)
    with talking(first, Reply(body={"total_count": 2, "runs": ["b"]})) as (session, _, _):
        assert list(session.pages("/things", key="runs")) == ["a", "b"]


def test_a_list_without_end_is_an_error_and_no_endless_loop() -> None:
    with (
        talking(Reply(body=[1], headers=NEXT)) as (session, script, _),
        pytest.raises(RemoteError, match="more than 10,000"),
    ):
        list(session.pages("/things"))
    assert len(script.asked) == 100


@pytest.mark.parametrize("setback", [Reply(502), Reply(503), Reply(0)])
def test_a_read_without_an_answer_is_sent_again_after_growing_pauses(setback: Reply) -> None:
    with talking(setback, setback, setback, Reply(body={"a": 1})) as (session, _, pauses):
        assert session.get("/thing") == {"a": 1}
    assert pauses == [1.0, 2.0, 4.0]


def test_a_read_is_given_up_after_five_times() -> None:
    with (
        talking(Reply(502)) as (session, script, _),
        pytest.raises(RemoteError, match=r"127.0.0.1 cannot be reached \(HTTP 502\)") as raised,
    ):
        session.get("/thing")
    assert len(script.asked) == 5
    assert raised.value.fix == "run the same command again later"


def test_a_write_that_can_be_repeated_is_sent_again() -> None:
    with talking(Reply(502), Reply(0), Reply(body={"id": 1})) as (session, script, _):
        assert session.change("PATCH", "/comments/1", {"body": "x"}) == {"id": 1}
    assert len(script.asked) == 3


@pytest.mark.parametrize(("setback", "reason"), [(Reply(502), "HTTP 502"), (Reply(0), "Remote")])
def test_a_create_without_an_answer_is_never_sent_twice(setback: Reply, reason: str) -> None:
    with talking(setback) as (session, script, pauses):
        done = session.once("POST", "/comments", {"body": "x"})
    assert done.value is None
    assert done.problem.startswith(reason)
    assert (len(script.asked), pauses) == (1, [])


def test_a_create_that_lost_a_race_is_no_error_but_must_be_looked_up() -> None:
    exists = Reply(422, {"message": "Validation Failed", "errors": [{"code": "already_exists"}]})
    with talking(exists, Reply(409, {"message": "conflict"})) as (session, _, _):
        assert session.once("POST", "/releases", {}).value is None
        assert session.once("POST", "/releases", {}).value is None


def test_a_create_that_never_reached_the_server_is_sent_again() -> None:
    with scripted(Reply()) as gone:
        nowhere = gone.url
    pauses: list[float] = []
    with (
        Session(nowhere, TOKEN, pause=pauses.append) as session,
        pytest.raises(RemoteError, match="ConnectError"),
    ):
        session.once("POST", "/comments", {})
    assert len(pauses) == 4


PRIMARY = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 40)}


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [
        (Reply(429, {"message": "slow down"}, {"Retry-After": "7"}), 7.0),
        (Reply(403, {"message": "slow down"}, {"Retry-After": "7", **PRIMARY}), 7.0),
        (Reply(403, {"message": "API rate limit exceeded"}, PRIMARY), 41.0),
        (Reply(429, {"message": "API rate limit exceeded"}, PRIMARY), 41.0),
        (Reply(429, {"message": "slow down"}), 60.0),
        (Reply(403, {"message": "You have exceeded a secondary rate limit"}), 60.0),
    ],
)
def test_a_rate_limit_is_waited_out_also_for_creates(limit: Reply, seconds: float) -> None:
    with talking(limit, Reply(201, {"id": 1})) as (session, _, pauses):
        assert session.once("POST", "/comments", {}).value == {"id": 1}
    assert pauses == [seconds]


def test_a_limit_that_lasts_too_long_says_when_to_come_back() -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 1800)}
    with (
        talking(Reply(403, {"message": "limit"}, headers)) as (session, script, pauses),
        pytest.raises(RemoteError, match="used up for 30 minutes") as raised,
    ):
        session.get("/thing")
    assert (len(script.asked), pauses) == (1, [])
    assert raised.value.fix == "run the same command in 30 minutes"


def test_a_limit_that_never_ends_is_given_up() -> None:
    limit = Reply(429, {"message": "slow down"}, {"Retry-After": "1"})
    with (
        talking(limit) as (session, script, _),
        pytest.raises(RemoteError, match=r"cannot be reached \(its rate limit\)"),
    ):
        session.once("POST", "/comments", {})
    assert len(script.asked) == 5


@pytest.mark.parametrize(
    ("reply", "what", "fix"),
    [
        (Reply(401, {"message": "Bad credentials"}), "refuses the token", "gh auth token"),
        (
            Reply(403, {"message": "no"}, {"x-accepted-github-permissions": "checks=write"}),
            "forbids GET /thing: no",
            "checks=write",
        ),
        (Reply(403, {"message": "no"}), "forbids", "use a token"),
        (Reply(404, {"message": "Not Found"}), "nothing at GET /thing", "repository's name"),
        (Reply(301, {"message": "Moved"}, {"Location": "https://x.invalid"}), "moved", "new name"),
        (Reply(422, {"message": "Validation Failed"}), "Validation Failed", ""),
        (Reply(410, "<html>"), "no reason given", ""),
        (Reply(200, "<html>"), "no JSON", ""),
    ],
)
def test_every_refusal_is_one_sentence_with_a_fix(reply: Reply, what: str, fix: str) -> None:
    with talking(reply) as (session, _, _), pytest.raises(RemoteError, match=what) as raised:
        session.get("/thing")
    assert re.search(fix, raised.value.fix) if fix else raised.value.fix == ""
    assert TOKEN not in f"{raised.value.what}{raised.value.fix}"
    assert "\n" not in raised.value.what


def test_what_github_says_cannot_act_in_a_log() -> None:
    hostile = "\n::stop-commands::x\n\x1b[2J" + "a" * 1000
    with (
        talking(Reply(422, {"message": hostile})) as (session, _, _),
        pytest.raises(RemoteError) as raised,
    ):
        session.get("/thing")
    assert raised.value.what.isprintable()
    assert len(raised.value.what) < 400


def test_a_thing_that_is_not_there_can_be_asked_for() -> None:
    with talking(Reply(404, {"message": "Not Found"}), Reply(body={"a": 1})) as (session, _, _):
        assert session.find("/thing") is None
        assert session.find("/thing") == {"a": 1}


def test_deleting_what_is_gone_already_is_fine() -> None:
    with talking(Reply(502), Reply(404, {"message": "Not Found"})) as (session, script, _):
        session.delete("/thing")
    assert script.asked == ["DELETE /thing"] * 2


def test_the_token_goes_out_as_a_bearer_with_the_version_of_the_api() -> None:
    with talking(Reply(body={})) as (session, script, _):
        session.get("/thing")
    (sent,) = script.headers
    assert sent["authorization"] == f"Bearer {TOKEN}"
    assert sent["x-github-api-version"] == "2022-11-28"


def test_an_upload_goes_to_githubs_own_hosts_only() -> None:
    with talking(Reply(201, {"id": 1})) as (session, script, _):
        place = f"{script.url}/releases/1/assets{{?name,label}}"
        assert session.upload(place, "SHA256SUMS", b"x").value == {"id": 1}
        for elsewhere in ("https://uploads.evil.invalid/x", f"https{script.url[4:]}/x", "/x"):
            with pytest.raises(RemoteError, match="another host"):
                session.upload(elsewhere, "x", b"x")
    assert script.asked == ["POST /releases/1/assets?name=SHA256SUMS"]
    assert script.headers[0]["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("token", ["", "x", "two words", "new\nline", "schlüssel", "x" * 3])
def test_what_can_be_no_token_is_refused_before_it_is_sent(token: str) -> None:
    with pytest.raises(RemoteError, match="GITHUB_TOKEN") as raised:
        Session("https://api.github.invalid", token)
    assert not token or token not in raised.value.what.split()
    assert "gh auth token" in raised.value.fix


def test_address_and_token_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(Reply(body={"a": 1})) as script:
        monkeypatch.setenv("GITHUB_API_URL", f"{script.url}/api/v3/")
        monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\n")
        with Session.of_environment() as session:
            assert session.get("/thing") == {"a": 1}
        assert script.asked == ["GET /api/v3/thing"]
    monkeypatch.setenv("GITHUB_API_URL", "")
    with Session.of_environment() as session:
        assert session.host == "api.github.com"
