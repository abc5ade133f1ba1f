"""A merciless tester: a campaign for 48 accounts through the real program, killed without end.

    make faults                                  20 seeds on each database
    SEEDS=7 KILLS=250 make faults                one seed, as it was
    .venv/bin/python -m tests.faults --help

The parts: `world` is an office with 48 forces and a campaign, `platform` the hostile X as a process
of its own, `lives` are runs of the program that can be killed, `lines` kills one between two lines
of the delivery protocol, `campaign` is what happens in one seed, `verdict` what came of it, and
`mutations` are the program broken on purpose, which the tester must notice.
"""
