"""What each screen shows, as frozen view models: every `if` about meetings lives here.

A selector is a pure function of `AppState`; a screen is given its value by `Store.watch` and only
sets properties from it. Text comes out translated, in the language that the person chose.
"""
