"""A bundled, fictional season: ten weeks of recorded sources that show the whole watch at work."""
