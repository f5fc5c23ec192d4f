"""What the record says in figures: read from the rows and the trail, over what the reader may see.

Nobody is told how much they do not see: behind a wall nothing is counted, and no figure says that something is left
out. A figure of nothing is None with n 0, never 0.
"""
