"""Tests of the printed page and the table file."""
