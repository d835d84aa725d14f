"""Pretended charge points that talk OCPP 1.6J to any central system; nothing here knows how wattdeck translates."""
