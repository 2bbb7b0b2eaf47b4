"""The operating system's registrations: starting with the session, and runs without anybody logged in."""
