"""The schema, version by version; alembic runs env.py."""
