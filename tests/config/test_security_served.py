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
class Response:
    status: int
    headers: dict[str, str]
    cookies: SimpleCookie
    body: str


@dataclass
class Visitor:
    """An HTTP client for a local port: one connection per request, with cookies."""

    port: int
    headers: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    def request(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> Response:
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
        return Response(got.status, dict(got.headers), cookies, text)

    def get(self, path: str, **headers: str) -> Response:
        return self.request("GET", path, None, **headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Response:
        """Submit the form at this path."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path).body)
        assert token is not None
        body = urlencode(form | {"csrfmiddlewaretoken": token[1]}).encode()
        kind = "application/x-www-form-urlencoded"
        return self.request("POST", path, body, Content_Type=kind, **headers)


@pytest.fixture(scope="module")
def plain(site: Site) -> Visitor:
    """Return a visitor to the site as `make run` serves it."""
    return Visitor(int(site.url.rpartition(":")[2]), {})


@pytest.fixture(scope="module")
def production(site: Site) -> Iterator[int]:
    """Yield the port of a second server of the same site, configured to run behind TLS."""
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
    """Return a visitor through the web server that terminates TLS."""
    return Visitor(production, TLS)


@pytest.mark.parametrize("path", ["/", LOGIN, "/talks.ics", "/nowhere/", "/static/css/base.css"])
def test_strict_transport_security(secure: Visitor, path: str) -> None:
    for _time in range(2):
        response = secure.get(path)
        assert (
            response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        )


@pytest.mark.parametrize("proto", ["http", ""])
def test_plain_requests_are_redirected(production: int, proto: str) -> None:
    response = Visitor(production, {"Host": HOST}).get("/talks/?q=a%2Fb", X_Forwarded_Proto=proto)
    assert (response.status, response.headers["Location"]) == (
        301,
        f"https://{HOST}/talks/?q=a%2Fb",
    )
    assert response.cookies == {}


def test_probes_need_no_tls(production: int) -> None:
    local = Visitor(production, {})
    responses = [local.get(path) for path in ("/healthz", "/readyz")]
    assert [(one.status, one.body) for one in responses] == [(200, "ok\n"), (200, "ready\n")]


def test_cookies_in_production(secure: Visitor, site: Site) -> None:
    member = site.who("member")
    form = {"login": member.email, "password": member.password}
    # Behind TLS a form must have an origin.
    assert secure.post(LOGIN, form).status == 403
    response = secure.post(LOGIN, form, Origin=f"https://{HOST}")
    assert response.status == 302
    attributes = {
        name: (bool(one["secure"]), bool(one["httponly"]), one["samesite"], one["domain"])
        for name, one in response.cookies.items()
        if name in ("sessionid", "csrftoken")
    }
    assert attributes == dict.fromkeys(("sessionid", "csrftoken"), (True, True, "Lax", ""))


@pytest.mark.parametrize(
    "host", ["evil.example", f"{HOST}.evil.example", f"{HOST}@evil.example", "", "a b", "a\tb"]
)
def test_other_host_names_are_rejected(production: int, host: str) -> None:
    for proto in ("https", "http"):
        for path in ("/", "/talks.ics", LOGIN):
            visitor = Visitor(production, {"Host": host, "X-Forwarded-Proto": proto})
            response = visitor.get(path)
            assert response.status == 400, (proto, path)
            assert "evil" not in response.body
            assert "Location" not in response.headers


@pytest.mark.parametrize(
    "path", ["/", "/talks/", "/talks.ics", "/talks.json", "/talks.atom", "/series/cs-seminar/"]
)
def test_only_the_sites_host_name_is_in_cached_pages(production: int, path: str) -> None:
    """Even an allowed one, such as localhost, gets a separate cached response."""
    poisoned = {
        "Host": "localhost",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "666",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/evil",
    }
    first = Visitor(production, poisoned).get(path)
    response = Visitor(production, TLS).get(path)
    assert (first.status, response.status) == (200, 200)
    assert first.headers["ETag"] != response.headers["ETag"]
    for one in (first, response):
        assert f"https://{HOST}/" in one.body
        assert not re.search(r"evil|localhost|127\.0\.0\.1|:666", one.body)


def test_emails_link_to_the_site_whatever_the_host_header(production: int, site: Site) -> None:
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
    """Clear the counters afterwards, which would keep other tests from signing in."""
    yield
    clear = "from django.core.cache import cache; cache.clear()"
    manage = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", clear]
    subprocess.run(manage, cwd=ROOT, env=site.environment, check=True)


@pytest.mark.usefixtures("_limits_again")
def test_wrong_passwords_are_counted_for_all_workers(plain: Visitor, site: Site) -> None:
    """Sixteen at once, to both workers, each with a different forged address."""
    member = site.who("member")

    def guess(number: int) -> Response:
        form = {"login": member.email, "password": f"guess {number}"}
        return Visitor(plain.port, {}).post(LOGIN, form, X_Forwarded_For=f"198.51.100.{number}")

    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(guess, range(16)))
    statuses = [response.status for response in responses]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) <= 5
    for response in responses:
        assert "sessionid" not in response.cookies
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
    response = visitor.request("POST", LOGIN, large, Content_Type=kind)
    assert response.status == 400
    assert Page(response.body.encode()).words("h1") == ["Bad request"]


def test_long_urls(plain: Visitor) -> None:
    """Up to 39,000 characters the site responds, beyond that the server."""
    sizes = 300, 10_240, 39_000, 50_000
    responses = {size: plain.get(f"/talks/?q={'a' * size}") for size in sizes}
    assert {size: response.status for size, response in responses.items()} == {
        300: 200,
        10_240: 200,
        39_000: 200,
        50_000: 414,
    }
    assert "Content-Security-Policy" in responses[39_000].headers
    assert responses[50_000].headers["Content-Type"] == "text/plain; charset=utf-8"
    assert responses[50_000].body == (
        "This URL is too long (the limit is 39,000 characters). Choose fewer filters.\n"
    )
    assert plain.get(f"/talks/?q={'%F0%9F%98%80' * 2560}").status == 200


def test_many_and_long_headers(plain: Visitor) -> None:
    long = plain.get("/", X_Long="a" * 10_000)
    assert (long.status, long.body) == (
        431,
        "The request headers are too long. In a browser, clear this site's cookies.\n",
    )
    many = {f"X_H{number}": "a" for number in range(100)}
    assert plain.get("/", **many).status == 431
    assert plain.get("/").status == 200
