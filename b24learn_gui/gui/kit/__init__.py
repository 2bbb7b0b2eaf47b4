"""The elements every window is made of, one a file. They draw plain values, knowing neither the service nor words."""
