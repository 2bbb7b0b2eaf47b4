"""What trees, tables and lists share: headings, search field, empty state, answers from a worker."""
