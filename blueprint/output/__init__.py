"""What a compile leaves behind: the tree of artifacts, written whole or not at all, and how to ask about it."""
