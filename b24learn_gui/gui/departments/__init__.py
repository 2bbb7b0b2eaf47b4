"""The tree of departments with its search, legend and consequence line."""
