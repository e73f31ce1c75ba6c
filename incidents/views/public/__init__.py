"""The residents' pages: no login, one question per screen, everything works without JavaScript."""
