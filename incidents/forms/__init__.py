"""Forms: the shape of what people fill in; rules are the services'."""
