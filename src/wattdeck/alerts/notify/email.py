"""An e-mail by a mail server of one's own (RFC 5321), encrypted unless that is switched off."""

import asyncio
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from wattdeck.alerts.notify.library import load, missing
from wattdeck.alerts.notify.messages import Message
from wattdeck.alerts.notify.sending import Undelivered
from wattdeck.domain.channel_kinds import EmailSettings
from wattdeck.domain.clock import now

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def complaint(settings: EmailSettings) -> str | None:
    return missing("aiosmtplib")


async def send(settings: EmailSettings, message: Message, attempt: int) -> None:
    smtp = load("aiosmtplib")
    try:
        await smtp.send(
            compose(settings, message),
            hostname=settings.host,
            port=settings.port or _PORTS[settings.tls],
            username=settings.username or None,
            password=settings.password or None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            tls_context=None if settings.tls == "none" else await asyncio.to_thread(ssl.create_default_context),
        )
    except (smtp.SMTPException, OSError, ssl.SSLError) as error:
        # what a server says in its refusal may name the account, never the password
        raise Undelivered(f"{type(error).__name__}: {error}"[:300]) from None


def compose(settings: EmailSettings, message: Message) -> EmailMessage:
    """The same Message-ID for each attempt: mail that came twice is shown once."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.subject.split())[:200]
    mail["From"], mail["To"] = settings.sender, ", ".join(settings.to)
    mail["Date"] = format_datetime(now())
    domain = settings.sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{message.values['channel']}.{message.delivery_id}.{message.values['created']}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is to be told us
    if message.severity == "critical" and message.values["firing"]:
        mail["Importance"] = "high"
    mail.set_content(message.text)
    return mail
