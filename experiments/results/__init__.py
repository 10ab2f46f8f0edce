"""The results folder: whose it is, the runs that are kept, how they are joined, and the manifest that says that all is there."""
