"""Business time and legal deadlines, pure: what is needed is handed in, nothing reads a clock, a file or a store.

Import from the modules: `business` (an office's hours), `federal` (holidays and closures), `deadlines` (rules and
`compute`), `printed` (what a notice prints against what the rule says). The first two import the standard library
only; `deadlines` costs pydantic, so nothing is imported here.
"""
