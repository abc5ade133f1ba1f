"""Real servers on 127.0.0.1 that speak a platform's language, and can be told to go wrong."""
