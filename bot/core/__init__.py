"""The pure heart: no clock, no files, no network, no environment. Values in, values out."""
