"""The target: signing in to iSpring Learn, reading everything, writing the difference."""
