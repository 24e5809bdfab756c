"""Responses on a wire that has none: put as chat, and back, in the form of the Open Responses specification."""


class TranslatedResponses: ...
