"""Finding drift in monthly counts: pure numpy and scipy, no Django, no clock, no database.

Arrays go in, frozen dataclasses come out. One method, one file:

p, p_prime            share per month as a control chart, for explanation
u, u_prime, c         rate and count per month
i, i_prime, mr, run   one value per month
xbar, s               several measurements per month;  summed: where only their sums are kept
t, g                  rare events: time and cases between them
making_data_count     variation and assurance in the NHS sense
funnel                units side by side;  standardise: after case mix
runs                  Anhøj's rules on any chart
cusum      what finds a change soonest where level and shift are known: the filter's yardstick
detect     the alarm: all series of a measure judged, the flagged ones described
filter     the change-point filter for shares; means, counts: for those, each with its _prior
states     what the filter remembers;  recursion: month by month;  evidence, direct: likelihoods
onset      when a flagged series changed, and to what;  hazard: how often series change;
           movement: and how far levels wander by themselves
alarms     which probabilities become signals, and when those close
hierarchy  one shift, one signal: across the levels of the organisation and across measures
offsets    what is expected to differ for known reasons: case mix, season, late registration;
           yearly: prices at the turn of the year
variation  too little variation;  reasons: one reason repeated;  others: what all others say of one
chart      the dataclass every chart returns;  control, months, phases, ranges, subgroups, exact:
           what charts share
portfolio  what all series say of one's level;  tails, interval, discovery: of shares, for the patterns

Imports: nothing of ours.
"""
