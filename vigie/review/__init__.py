"""The strategists' page."""
