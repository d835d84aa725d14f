"""From events to browsers: what a message says, who wants it, and a bounded outbox for each of them."""
