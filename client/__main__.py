"""The windows: tablet, desk and display. Kivy is imported only once arguments are understood."""
