"""The kernel: what every record and every act needs. Knows no business and no HTTP."""
