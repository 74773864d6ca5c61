"""Tell people. Reads the store through the pipeline's queries."""
