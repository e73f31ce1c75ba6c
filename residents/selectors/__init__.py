"""Reading people and households for pages, the API and commands."""
