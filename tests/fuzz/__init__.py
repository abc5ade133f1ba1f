"""Files as they should not be: whatever stands in one, the program ends in sentences with places.

    make fuzz                                       ten minutes, other files for each SEED
    .venv/bin/python -m tests.fuzz --help
    .venv/bin/python -m tests.fuzz --again FOLDER   one that was kept because of its faults

The parts: `office` is a small office with something of all there is, and the shipped packs for
three senders; `slips` is what happens to a file while somebody works on it, `documents` makes whole
files of what docs/schema says, `cases` chooses; `sheets`, `films` and `pictures` are what they are
called. `looking` says what must never be: a sentence without place, code or advice, a place in a
plan with neither a post nor a reason, something written that was not read while nothing is said;
`telling` what other commands make of it. `children` ends what takes more than two seconds of work
or 300 MB. What was found is among the tests of the part in which it was.
"""
