"""The session at a bank's screen: what each happening makes of it, in one table for everybody who stands there.

What a state does not know leaves the session as it is. Nothing here knows a clock, a door or a page; whoever calls
`after` does the effect and says what came of it. PINs and codes pass through as effects and are never kept.
"""

from dataclasses import replace

from edge import locker_citizen, locker_courier, locker_doors, locker_staff
from edge.locker_session import Session, State, Step, Table, leave, start_over
from edge.locker_talk import Happening, LanguageChosen, Left, WentBack


def after(session: Session, happening: Happening) -> Step:
    """Return the session after this, and what is to be done about it."""
    if isinstance(happening, LanguageChosen):
        return Step(replace(session, lang=happening.lang))
    change = TABLE.get((session.state, type(happening)))
    return change(session, happening) if change else Step(session)


def _from_sorry(session: Session, happening: WentBack) -> Step:
    """Who is signed in goes back to what was told already: another size may be free. A citizen begins anew."""
    if not session.role:
        return start_over(session, happening)
    back = replace(session, state=session.back_to, cancelling=False, trouble="", wait_s=0)
    return Step(back if session.back_to is State.COMPARTMENT else replace(back, compartment=0))


TABLE: Table = {
    **locker_citizen.TABLE,
    **locker_doors.TABLE,
    **locker_staff.TABLE,
    **locker_courier.TABLE,
    (State.SORRY, WentBack): _from_sorry,
    **{(state, Left): leave for state in State},
}
"""Anybody may leave at any time, also before an open door: the bank goes on watching it, with or without a session."""
