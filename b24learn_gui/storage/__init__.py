"""What stays on this machine between runs: settings, secrets, the journal, logs, and the lock of a run."""
