"""Alerts: rules looked at with every event and with the clock, what becomes of them, and who is told.

`observe` makes observations of events, and `meters` of meter values, nearly all of which need but a glance (`outlook`);
`plans` finds the rules they are for, `rules` judges, `life` decides what that means for the alert, `evaluator` joins
those, `overlays` says what hides an alert (pure); `watch` feeds them from the house and keeps what they say.
"""
