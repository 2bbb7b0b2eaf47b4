"""Models behind the views: pure values first, Qt only where a view asks."""
