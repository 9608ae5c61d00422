"""Django's PostgreSQL with statements that wait: what `ENGINE` in the settings names."""
