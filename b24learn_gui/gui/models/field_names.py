"""What Learn's profile fields are called (`text.fields`), for the windows."""

from b24learn_gui.text.fields import field_label, with_labels

__all__ = ["field_label", "with_labels"]
