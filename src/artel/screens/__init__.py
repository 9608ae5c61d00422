"""Words for screens and resources: data only, no requests, no HTML. Engines read them; rooms write them."""
