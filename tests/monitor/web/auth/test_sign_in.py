"""Who is asking: sessions and their end, the header of a proxy, and where local sign-in is served."""

from datetime import timedelta

import pytest

from monitor.web.app import make_app
from tests.monitor.conftest import Home
from tiering.faults import ConfigFault

from ..conftest import NOW, PEOPLE, browser_at, served, sign_in


def test_a_session_ends_after_its_hours(home: Home) -> None:
    now = [NOW]
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(make_app(home.settings, home.store, lambda: now[0]), "north")
    now[0] = NOW + timedelta(hours=7, minutes=59)
    assert browser.get("/", follow_redirects=False).status_code == 200
    now[0] = NOW + timedelta(hours=8)
    assert browser.get("/", follow_redirects=False).status_code == 303


def test_a_cookie_signed_with_another_secret_is_worth_nothing(home: Home) -> None:
    cookies = sign_in(served(home), "planner").cookies
    browser = browser_at(served(home))
    browser.cookies.update(cookies)
    assert browser.get("/", follow_redirects=False).status_code == 303


def test_whoever_leaves_the_people_file_sees_nothing_any_more(home: Home) -> None:
    browser = sign_in(served(home), "north")
    home.settings.people_file.write_text("people: []\n", encoding="utf-8")
    assert browser.get("/", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "hotspots.example.org", "::"])
def test_local_sign_in_is_not_served_to_others(host: str, home: Home) -> None:
    with pytest.raises(ConfigFault, match="HOTSPOTS_AUTH"):
        served(home, host=host)
    served(home, host=host, auth="proxy")


def test_oidc_without_a_provider_is_refused_in_words(home: Home) -> None:
    with pytest.raises(ConfigFault, match="HOTSPOTS_OIDC"):
        served(home, auth="oidc")


@pytest.mark.parametrize(
    ("client", "header", "status"),
    [
        ("127.0.0.1", {"X-Auth-Request-Email": "North@Example.org"}, 200),
        ("127.0.0.1", {"X-Auth-Request-Email": "nobody@example.org"}, 403),
        ("127.0.0.1", {"X-Auth-Request-Email": ""}, 403),
        ("127.0.0.1", {}, 403),
        ("10.1.2.3", {"X-Auth-Request-Email": "north@example.org"}, 403),
        ("10.1.2.3", {"X-Auth-Request-Email": "north@example.org", "X-Forwarded-For": "127.0.0.1"}, 403),
    ],
)
def test_the_header_of_a_proxy_is_believed_from_the_proxy_only(
    client: str, header: dict[str, str], status: int, home: Home
) -> None:
    browser = browser_at(served(home, auth="proxy"), "https://hotspots.example.org", client)
    assert browser.get("/", headers=header).status_code == status


def test_a_proxy_elsewhere_and_its_header_can_be_named(home: Home) -> None:
    app = served(home, auth="proxy", proxy_from=("10.1.0.0/16",), proxy_header="X-Who")
    browser = browser_at(app, "https://hotspots.example.org", "10.1.2.3")
    assert browser.get("/", headers={"X-Who": "north@example.org"}).status_code == 200
    browser = browser_at(app, "https://hotspots.example.org", "127.0.0.1")
    assert browser.get("/", headers={"X-Who": "north@example.org"}).status_code == 403
