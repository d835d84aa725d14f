"""What is believed of a connection's origin."""

from wattdeck.gateway.wire import LISTENER, Proxies, Wire, names_in

SAID = {"x-forwarded-for": "203.0.113.7, 10.0.0.2", "x-forwarded-proto": "https"}


def test_a_proxy_that_is_trusted_says_who_came_and_that_it_was_by_tls():
    proxies = Proxies("127.0.0.1, 10.0.0.0/8, not an address")
    assert proxies.behind(Wire(LISTENER, "127.0.0.1"), SAID) == Wire(LISTENER, "203.0.113.7", "TLS")
    assert proxies.behind(Wire(LISTENER, "10.1.2.3"), {}) == Wire(LISTENER, "10.1.2.3")


def test_anybody_else_is_not_believed():
    proxies = Proxies("127.0.0.1")
    for wire in (Wire(LISTENER, "203.0.113.9"), Wire(LISTENER, None), Wire(LISTENER, "::1")):
        assert proxies.behind(wire, SAID) == wire
    assert Proxies("").behind(Wire(LISTENER, "127.0.0.1"), SAID).tls is None


def test_hops_that_are_no_addresses_are_told_as_they_came():
    said = {"x-forwarded-for": "unknown, 10.0.0.0/8, 127.0.0.1"}
    assert Proxies("127.0.0.1").behind(Wire(LISTENER, "127.0.0.1"), said).address == "10.0.0.0/8"


def test_a_star_believes_everybody():
    assert Proxies("*").behind(Wire(LISTENER, "203.0.113.9"), SAID).tls == "TLS"


def test_the_names_of_a_certificate_are_its_common_name_and_its_alternative_names():
    certificate = {
        "subject": ((("organizationName", "O"),), (("commonName", "CP-1"),)),
        "subjectAltName": (("DNS", "cp-1.example"), ("URI", "urn:cp-1")),
    }
    assert names_in(certificate) == ("CP-1", "cp-1.example", "urn:cp-1")
    assert Wire(LISTENER, names=names_in(certificate)).is_made_out_to("cp-1")
    assert not Wire(LISTENER, names=names_in(certificate)).is_made_out_to("CP-2")
    assert not Wire(LISTENER).is_made_out_to("CP-1")
