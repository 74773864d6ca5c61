"""Fetch what sources publish, hand over Items. Knows no other room."""
