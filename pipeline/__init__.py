"""Keep and understand: Items in; documents, tags, stories and momentum out."""
