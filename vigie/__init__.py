"""The doors: the command line, the settings, the review desk."""
