"""The rows of the workflow table by area; incidents.rules.workflow puts them together."""
