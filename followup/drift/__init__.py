"""Finding drift in monthly counts: pure numpy and scipy, no Django, no clock, no database.

Arrays go in, frozen dataclasses come out. One method, one file:

p          share per month as a control chart, for explanation
runs       Anhøj's rules on any chart
scan       the alarm: exact tails over many series, with false-discovery control
filter     the change-point filter for shares; recursion, evidence: its months and its likelihoods
onset      when a flagged series changed, and to what;  hazard: how often series change
alarms     which probabilities become signals, and when those close
chart      the dataclass every chart returns;  months, phases: what charts share
portfolio, tails, discovery, since: the parts of the scan

Imports: nothing of ours.
"""
