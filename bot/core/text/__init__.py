"""How each platform counts a text and which parts of it become links."""
