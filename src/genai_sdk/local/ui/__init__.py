"""The platform's web pages: rendered here, with a style sheet and a little JavaScript written by hand."""
