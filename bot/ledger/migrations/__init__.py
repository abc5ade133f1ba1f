"""Changes of the ledger's schema, in order. They only ever go forward."""
