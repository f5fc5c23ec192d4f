"""The routing room: what an event means for the firm, worked out without a store, a clock or a network.

`decide` turns one event and one frozen set of facts into effects and a trace; `library.load_library` reads the rule,
playbook and chain files it works by. Import the module that names the thing.
"""
