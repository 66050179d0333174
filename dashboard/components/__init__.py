"""Parts of the pages: each takes a view and returns Dash components."""
