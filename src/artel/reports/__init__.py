"""Words for reports and the engine that answers them: a room declares what can be counted, people and programs ask."""
