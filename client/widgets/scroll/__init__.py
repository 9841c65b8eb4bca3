"""The bar beside what scrolls: it stands there for as long as there is more to see.

A bar that fades is overlooked by people who do not know that it was there, and half a second of
fading after every change of a list is half a second of frames that a page turn has to wait for.
"""

from kivy.uix.scrollview import ScrollView

from client.widgets.kv import load_kv

__all__ = ["ScrollView"]

load_kv(__file__)
