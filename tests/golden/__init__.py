"""A hundred pages as they were last looked at, and a report of those that changed since."""
