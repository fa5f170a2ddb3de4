"""The rules of shared engrams: entries that agents recall and imprint, their history, and their traces."""
