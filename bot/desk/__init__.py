"""The web pages of a force's press office: preview, customise, approve, hold."""
