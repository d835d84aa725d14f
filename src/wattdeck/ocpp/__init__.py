"""The wire: frames, conversations, schemas, and one folder per OCPP version. No sockets, no database.

Only the gateway and the simulator open this drawer.
"""
