"""Whether two names may be one person's: keys that are the same on both stores, and how alike two names are.

Pure: names in, keys and figures out. No store, no screen, no clock. `names` is the door; `folding` makes letters
comparable, `letters` brings other scripts and letters that look alike together, `sounds` what is spelled as it is
heard.
"""
