"""Pages of grids: they read a request, call a selector or a service, and show the answer."""
