"""Tables in and out, csv and xlsx, over the declared resources of all rooms (contract, “Imports”)."""
