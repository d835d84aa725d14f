"""E-mail: a real mail server gets it, encrypted, once; what it refuses is said without the password."""

import ssl
from email import message_from_bytes, policy

import pytest

from tests import tls
from tests.alerts.notify.receivers import delivery, put_channel, watt
from tests.ports import reserve
from tests.stations import meter_values, sampled, until

aiosmtpd = pytest.importorskip("aiosmtpd.controller", reason="of the development group: make setup brings it")
smtp = pytest.importorskip("aiosmtpd.smtp")
pytest.importorskip("aiosmtplib", reason="of the extra notify")


class Mailbox:
    """A mail server in a thread of its own."""

    def __init__(self) -> None:
        self.mails = []
        self.logins = []
        self.refuses = False

    async def handle_DATA(self, server, session, envelope):
        if self.refuses:
            return "554 no"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients = envelope.rcpt_tos
        return "250 taken"

    def __call__(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        is_right = data.password == b"pass"
        return smtp.AuthResult(success=is_right, handled=is_right)


@pytest.fixture
def mailbox(tmp_path, monkeypatch):
    box = Mailbox()
    tls.authority("house").cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.certificate("localhost").configure_cert(context)
    box.port = reserve()
    controller = aiosmtpd.Controller(
        box,
        "127.0.0.1",
        box.port,
        tls_context=context,
        authenticator=box,
        auth_required=True,
        server_hostname="localhost",
    )
    controller.start()
    yield box
    controller.stop()


def settings(mailbox, **more):
    return {
        "host": "localhost",
        "port": mailbox.port,
        "sender": "wattdeck@example.com",
        "to": ["ann@example.com", "bob@example.com"],
        "username": "user",
        "password": "pass",
        **more,
    }


async def test_an_alert_arrives_as_mail_over_an_encrypted_line(house, mailbox):
    shown = await put_channel(house, "mail", "email", settings=settings(mailbox))
    assert shown["settings"]["password"] == "***"
    await watt(house)
    sent = await delivery(house, state="sent")
    [mail] = mailbox.mails
    assert mail["Subject"] == "[warning] power: CP-1 connector 1: Power.Active.Import 60000 W (limit 50000 W)"
    assert mail["Message-ID"].startswith(f"<mail.{sent['id']}.")
    assert (mail["From"], mail["Auto-Submitted"]) == ("wattdeck@example.com", "auto-generated")
    assert "since 20" in mail.get_content()
    assert mailbox.recipients == ["ann@example.com", "bob@example.com"]
    assert mailbox.logins == [(b"user", b"pass")]


async def test_what_is_critical_is_important_and_that_it_is_over_wakes_nobody(house, mailbox):
    await put_channel(house, "mail", "email", settings=settings(mailbox))
    cp = await house.connected()
    await cp.call("MeterValues", meter_values(sampled(75, "Temperature")))
    await delivery(house, state="sent")
    await cp.call("MeterValues", meter_values(sampled(20, "Temperature")))
    await until(lambda: len(mailbox.mails) == 2)
    assert [mail["Importance"] for mail in mailbox.mails] == ["high", None]


async def test_what_the_server_refuses_is_said_and_the_password_is_not(house, mailbox, caplog):
    await put_channel(house, "mail", "email", settings=settings(mailbox, password="wr0ng"))
    answer = (await house.post("alert-channels/mail/test")).json()
    assert answer["state"] == "dead"
    assert "535" in answer["error"]
    assert "wr0ng" not in caplog.text + str(answer)
    await put_channel(house, "mail", "email", settings=settings(mailbox))
    mailbox.refuses = True
    assert "554" in (await house.post("alert-channels/mail/test")).json()["error"]


async def test_a_server_that_cannot_prove_who_it_is_gets_nothing(house, mailbox, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    await put_channel(house, "mail", "email", settings=settings(mailbox))
    answer = (await house.post("alert-channels/mail/test")).json()
    assert (answer["state"], mailbox.mails, mailbox.logins) == ("dead", [], [])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to": []}, "addresses"),
        ({"to": ["nobody"]}, "no address"),
        ({"sender": "a@b\r\nBcc: c@d"}, "no address"),
        ({"host": "a b"}, "host"),
        ({"port": 70_000}, "port"),
        ({"tls": "none"}, "in the clear"),
        ({"password": "***"}, "whole"),
    ],
)
async def test_settings_that_make_no_sense_are_refused(house, mailbox, wrong, said):
    body = {"kind": "email", "settings": settings(mailbox, **wrong)}
    answer = await house.http.put("alert-channels/mail", json=body)
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True)
