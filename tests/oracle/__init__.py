"""The statutory rules written a second time, by another hand: slow, day by day, and only to disagree with the engine.

The rules (`register`, `money`, `calendars`, `values`) import nothing of the product. Every value (rates, ages, windows,
maxima) is written again from the statutes, so a wrong table shows as well as a wrong rule. `lives` tells random lives,
`engine` and `posted` have the product live them, `compare` says where the answers part. Saudi contributors only: what
of non-Saudis and GCC nationals differs is one branch and one rate, which `tests/cases/rules.json` holds.

The statutes are silent or can be read in two ways at eleven places. These readings are settled; the oracle follows
them, and each stands again where it is applied.

R1.  Each day of service is judged by its own month M and the day D on which its registration was requested: on time if
     D <= last day of M (REG 6), worker's window if D is in month M+1, late afterwards. On time and window: every branch
     of the scope table; late: annuities only (REG 16). A claim that starts late may so have months of every branch at
     its end. Days with no covering branch at all make the claim refused.
R2.  A day once registered with that period keeps the route it was first registered by, for ever, through every
     amendment; also a day that was taken out by an amendment and is put back by a later one, if it had passed by the
     day it was taken out (it always has for claims: a claim ends on or before its request date).
R3.  A branch's contribution for a month and side = contributory wage x rate x (days of the month covered by that
     branch) / actual days of month, rounded once HALF_UP to the halala.
R4.  Window: 24 calendar months before D same day, clamped to month end. A day is acceptable if it is >= window start,
     or is (or once was) registered in the amended period. The registered period is the longest end part of the asked
     period whose days are all acceptable; none left -> refused. If an amendment's asked period overlaps the recorded
     one and this would cut recorded (asked-for) days off -> refused.
R5.  Start or end after D: refused. Overlap with another period (not the amended one) of the same employer: refused
     (any system).
R6.  Ages: at the start of the work = the first day asked (before truncation); in a chain of adjoining periods of the
     same employer and system, the first day of the chain; an amendment whose asked start equals the recorded
     (registered) start keeps the start of work known before. Under 15: refused. Annuities closed from 65 (new law,
     Gregorian, at start of work) / 60 (old law, Hijri, at first coverage ever = the earliest start of any period in
     the register or the start of work). SANED closed at start from 64 / 59 and stops with the month on whose first day
     the age is 65 / 60 or more. Ages completed, in the law's calendar.
R7.  Law OLD if the person had an uncompensated SI or civil period before 2024-07-03 (given), or the registered period
     (or any period standing in the register, SI or civil) starts before 2024-07-03.
R8.  Wage parts (SI: basic + commission + cash housing, in kind = basic/6 half-up; civil and military: basic only),
     raised to 1,500 / cut to 45,000 (SI; pensions no bounds). In a month in which another employer's period of the
     same system shares at least one day with this period's days of that month: each employer's wage raised to the
     floor (not cut to the cap); if they add up to more than 45,000 each gets 45,000 x w_i / sum, whole halalas, the sum
     exactly 45,000: integer division by largest remainder, employers in the order of their numbers (ties by that
     order). The floor yields to the joint maximum (REG 19). Several periods of one other employer in that month: the
     largest wage.
R9.  A counted wage of a month of which some day is (or once was) registered in the amended period may change only if
     D <= last day of that month, else refused.
R10. Due on the 15th of the following month; fine 2% x months begun since the 15th, simple, half-up per month row on
     the month's total. Zero counted wage: refused.
R11. Rates for SI from February 2022 on (old law), new law table by contribution month (steps in July). Pensions 9 + 9,
     annuities only.
"""
