"""Forms of the residents' pages: they check shapes, services check rules."""
