"""Forms of the residents' pages: they check shape, the services check rules."""
