"""The shape of what people type about incidents; rules are judged by the services."""
