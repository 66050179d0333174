"""A view on paper and in files, made from the view on the server, never from a screen."""

from dashboard.exports.pdf import export_pdf
from dashboard.exports.table_csv import export_csv

__all__ = ["export_csv", "export_pdf"]
