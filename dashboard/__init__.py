"""The dashboard: one release in, pages, exports and answers out."""
