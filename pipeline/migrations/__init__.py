"""The schema, version by version; alembic runs env.py."""

NEWEST = "2026_11_21_momentum_p"  # known without asking alembic, whose import takes a while
