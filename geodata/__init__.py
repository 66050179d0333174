"""Data and analysis of the Silver Atlas; knows no web."""
