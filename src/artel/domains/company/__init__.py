"""Own organisations, departments, employees, currencies and dated rates, units, work calendars."""
