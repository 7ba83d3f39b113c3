"""Pages: the widget's settings and the demo."""
