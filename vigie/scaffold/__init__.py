"""Writes sources: a block of the register, a spider to fill, frozen pages with their goldens."""
