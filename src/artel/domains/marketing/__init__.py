"""Marketing events, mailings and subscriptions."""
