"""What the desk shows: frozen rows whose field names are the keys of the command-line contract.

Instants are aware UTC datetimes, legal dates `date`, persons handles, ids opaque strings. A field is always present,
None when unknown. `cli/` prints them as JSON as they are; `screens/` draws them.
"""
