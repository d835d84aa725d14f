"""Who is told of alerts, and how: from what became of an alert to a message that has arrived.

`telling` decides which channels hear of it, `groups` gathers that into deliveries, `messages` puts them into words
(pure), `pressing` says when people are told again of what nobody takes up (pure); `outgoing` takes each to its channel
by one of the senders (`log`, `webhook`, `email`, `mqtt`, `apprise`, `command`), and tries again. `notices` joins these;
`channel_book` is what admins change.
"""
