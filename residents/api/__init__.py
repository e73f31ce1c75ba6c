"""The REST entrance to residents: the same services, selectors and refusals as the pages."""
