"""The composition root: settings, addresses, servers, the command line. Nothing imports this room."""
