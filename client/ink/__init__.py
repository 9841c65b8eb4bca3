"""Ink and marks without a screen: what a mark is, how it is made, kept, merged and found. No Kivy.

Every coordinate is PDF user space (see `client.documents.shape`), unless a name says otherwise.
"""
