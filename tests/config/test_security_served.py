"""The served site under attack, over real HTTP and behind TLS: names, limits, sizes."""

import http.client
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from tests.seminars.reading import Page
from tests.serving import ROOT, Site, free_port

HOST = "talks.example.org"
TLS = {"Host": HOST, "X-Forwarded-Proto": "https"}
LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    cookies: SimpleCookie
    body: str


@dataclass
class Visitor:
    """Speaks HTTP to a port of this machine, a connection a request, and keeps cookies."""

    port: int
    headers: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request(method, path, body, sent)
        got = line.getresponse()
        text = got.read().decode()
        line.close()
        cookies = SimpleCookie()
        for value in got.headers.get_all("Set-Cookie", []):
            cookies.load(value)
        self.cookies |= {name: one.value for name, one in cookies.items()}
        return Answer(got.status, dict(got.headers), cookies, text)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """Sends the form that is at this address."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path).body)
        assert token is not None
        body = urlencode(form | {"csrfmiddlewaretoken": token[1]}).encode()
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, Content_Type=kind, **headers)


@pytest.fixture(scope="module")
def plain(site: Site) -> Visitor:
    """A visitor to the site as `make run` serves it."""
    return Visitor(int(site.url.rpartition(":")[2]), {})


@pytest.fixture(scope="module")
def production(site: Site) -> Iterator[int]:
    """The port of a second server of the same site, for a web server with TLS in front of it."""
    port = free_port()
    environment = site.environment | {"SITE_URL": f"https://{HOST}", "PORT": str(port)}
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
    server = subprocess.Popen(
        gunicorn, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _try in range(300):
            try:
                Visitor(port, {}).get("/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def secure(production: int) -> Visitor:
    """A visitor by way of the web server that ends TLS."""
    return Visitor(production, TLS)


@pytest.mark.parametrize("path", ["/", LOGIN, "/talks.ics", "/nowhere/", "/static/css/base.css"])
def test_strict_transport_security(secure: Visitor, path: str) -> None:
    for _time in range(2):
        answer = secure.get(path)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("proto", ["http", ""])
def test_plain_requests_are_redirected(production: int, proto: str) -> None:
    answer = Visitor(production, {"Host": HOST}).get("/talks/?q=a%2Fb", X_Forwarded_Proto=proto)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/talks/?q=a%2Fb")
    assert answer.cookies == {}


def test_probes_need_no_tls(production: int) -> None:
    local = Visitor(production, {})
    answers = [local.get(path) for path in ("/healthz", "/readyz")]
    assert [(one.status, one.body) for one in answers] == [(200, "ok\n"), (200, "ready\n")]


def test_cookies_in_production(secure: Visitor, site: Site) -> None:
    member = site.who("member")
    form = {"login": member.email, "password": member.password}
    # Behind TLS a form must say where it comes from.
    assert secure.post(LOGIN, form).status == 403
    answer = secure.post(LOGIN, form, Origin=f"https://{HOST}")
    assert answer.status == 302
    kept = {
        name: (bool(one["secure"]), bool(one["httponly"]), one["samesite"], one["domain"])
        for name, one in answer.cookies.items()
        if name in ("sessionid", "csrftoken")
    }
    assert kept == dict.fromkeys(("sessionid", "csrftoken"), (True, True, "Lax", ""))


@pytest.mark.parametrize(
    "host", ["evil.example", f"{HOST}.evil.example", f"{HOST}@evil.example", "", "a b", "a\tb"]
)
def test_other_names_are_refused(production: int, host: str) -> None:
    for proto in ("https", "http"):
        for path in ("/", "/talks.ics", LOGIN):
            visitor = Visitor(production, {"Host": host, "X-Forwarded-Proto": proto})
            answer = visitor.get(path)
            assert answer.status == 400, (proto, path)
            assert "evil" not in answer.body
            assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/talks/", "/talks.ics", "/talks.json", "/talks.atom", "/series/cs-seminar/"]
)
def test_no_name_but_the_sites_is_in_what_is_kept(production: int, path: str) -> None:
    """Also an allowed one, such as the machine's: what it asked for is nobody else's answer."""
    poisoned = {
        "Host": "localhost",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "666",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/evil",
    }
    first = Visitor(production, poisoned).get(path)
    answer = Visitor(production, TLS).get(path)
    assert (first.status, answer.status) == (200, 200)
    assert first.headers["ETag"] != answer.headers["ETag"]
    for one in (first, answer):
        assert f"https://{HOST}/" in one.body
        assert not re.search(r"evil|localhost|127\.0\.0\.1|:666", one.body)


def test_mail_leads_to_the_site_whatever_name_was_asked(production: int, site: Site) -> None:
    address = site.who("member").email
    visitor = Visitor(production, {"Host": "localhost", "X-Forwarded-Proto": "https"})
    before = set((site.var / "mail").glob("*"))
    evil = {"X_Forwarded_Host": "evil.example", "Origin": f"https://{HOST}"}
    assert visitor.post(RESET, {"email": address}, **evil).status == 302
    (file,) = set((site.var / "mail").glob("*")) - before
    text = file.read_text()
    assert f"To: {address}" in text
    assert re.findall(r"https?://[^/\s]+", text) == [f"https://{HOST}"] * text.count("://")
    assert re.search(rf"^https://{HOST}/accounts/password/reset/key/\S+$", text, re.MULTILINE)
    assert "localhost" not in text.partition("\n\n")[2]


@pytest.fixture
def _limits_again(site: Site) -> Iterator[None]:
    """Without what this test counts up, which would keep others from signing in."""
    yield
    clear = "from django.core.cache import cache; cache.clear()"
    manage = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", clear]
    subprocess.run(manage, cwd=ROOT, env=site.environment, check=True)


@pytest.mark.usefixtures("_limits_again")
def test_wrong_passwords_are_counted_for_all_workers(plain: Visitor, site: Site) -> None:
    """Sixteen at once, to both workers, each from an address of its own by its own word."""
    member = site.who("member")

    def guess(number: int) -> Answer:
        form = {"login": member.email, "password": f"guess {number}"}
        return Visitor(plain.port, {}).post(LOGIN, form, X_Forwarded_For=f"198.51.100.{number}")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(16)))
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) <= 5
    for answer in answers:
        assert "sessionid" not in answer.cookies
    right = {"login": member.email, "password": member.password}
    for path in (LOGIN, f"{LOGIN}?next=/admin/"):
        refused = Visitor(plain.port, {}).post(path, right)
        assert refused.status == 429
        assert Page(refused.body.encode()).words("h1") == ["Too many attempts"]


@pytest.mark.usefixtures("_limits_again")
def test_one_machine_cannot_try_many_accounts(plain: Visitor) -> None:
    def guess(number: int) -> int:
        form = {"login": f"p{number}@example.org", "password": "guess"}
        headers = {"X_Forwarded_For": f"198.51.100.{number}", "X_Real_IP": f"192.0.2.{number}"}
        return Visitor(plain.port, {}).post(LOGIN, form, **headers).status

    assert [guess(number) for number in range(12)] == [200] * 10 + [429] * 2


def test_a_large_form(plain: Visitor) -> None:
    visitor = Visitor(plain.port, {})
    visitor.get(LOGIN)
    kind = "application/x-www-form-urlencoded"
    large = b"login=" + b"a" * 3 * 1024 * 1024
    answer = visitor.ask("POST", LOGIN, large, Content_Type=kind)
    assert answer.status == 400
    assert Page(answer.body.encode()).words("h1") == ["Bad request"]


def test_long_addresses(plain: Visitor) -> None:
    """Up to 39,000 characters the site answers, beyond them the server."""
    sizes = 300, 10_240, 39_000, 50_000
    answers = {size: plain.get(f"/talks/?q={'a' * size}") for size in sizes}
    assert {size: answer.status for size, answer in answers.items()} == {
        300: 200,
        10_240: 200,
        39_000: 200,
        50_000: 414,
    }
    assert "Content-Security-Policy" in answers[39_000].headers
    assert answers[50_000].headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answers[50_000].body == (
        "This address is too long: it may have 39,000 characters. Choose fewer filters.\n"
    )
    assert plain.get(f"/talks/?q={'%F0%9F%98%80' * 2560}").status == 200


def test_many_and_long_headers(plain: Visitor) -> None:
    long = plain.get("/", X_Long="a" * 10_000)
    assert (long.status, long.body) == (
        431,
        "Your program sent headers that are too long. In a browser, clear this site's cookies.\n",
    )
    many = {f"X_H{number}": "a" for number in range(100)}
    assert plain.get("/", **many).status == 431
    assert plain.get("/").status == 200
