"""What was said to clients and by them, and what is to be said: meetings, calls, letters, messages, notes, planned contacts."""
