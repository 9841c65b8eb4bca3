"""The running of an item: taking up, concluding, the floor, help, notices, acknowledgements."""

from server.core.audience import audience
from server.core.redact import names_file
from server.core.roles import Actor
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import PersonId, Time
from server.protocol.refusals import Code
from server.protocol.state import Acknowledgement, MeetingState, Receipt


def take_up(state: MeetingState, command: c.TakeUpItem, _actor: Actor, _now: Time) -> Decision:
    """Go to an item; also back to one that is done, or to one set aside."""
    if state.item(command.item) is None:
        return no(Code.ITEM_UNKNOWN, item=command.item)
    if state.current == command.item:
        return ()
    poll = state.open_poll()
    if poll is not None:
        return no(Code.POLL_STILL_OPEN, poll=poll.id)
    return (e.ItemTakenUp(command.item),)


def conclude(state: MeetingState, command: c.ConcludeItem, _actor: Actor, _now: Time) -> Decision:
    """Record an item's conclusion; also after the meeting."""
    item = state.item(command.item)
    if item is None:
        return no(Code.ITEM_UNKNOWN, item=command.item)
    text = command.text.strip()
    if not text and not command.consensus:
        return no(Code.TEXT_MISSING)
    if item.concluded_at and (item.conclusion, item.consensus) == (text, command.consensus):
        return ()
    return (e.ItemConcluded(command.item, text, command.consensus),)


def _queued(state: MeetingState, person: PersonId) -> bool:
    return any(one.person == person for one in state.floor)


def _speaks(state: MeetingState, person: PersonId) -> bool:
    return state.speaking is not None and state.speaking.person == person


def ask(state: MeetingState, _command: c.AskFloor, actor: Actor, _now: Time) -> Decision:
    """Queue for the floor. Guests and sites only while they may see the item."""
    seen = audience(state, actor.person)
    if seen.kind == "display" or (seen.partial and state.current not in seen.items):
        return no(Code.NOT_ALLOWED)
    if _queued(state, actor.person) or _speaks(state, actor.person):
        return no(Code.FLOOR_ALREADY_ASKED)
    return (e.FloorAsked(actor.person),)


def withdraw(state: MeetingState, _command: c.WithdrawFloor, actor: Actor, _now: Time) -> Decision:
    """Leave the queue, or end one's own speech."""
    if _speaks(state, actor.person):
        return (e.FloorEnded(),)
    if _queued(state, actor.person):
        return (e.FloorWithdrawn(actor.person),)
    return no(Code.FLOOR_NOT_ASKED)


def give(state: MeetingState, command: c.GiveFloor, _actor: Actor, _now: Time) -> Decision:
    """Let a person speak, asked or not."""
    entry = state.roll.get(command.person)
    if entry is None or entry.role == "display":
        return no(Code.PERSON_NOT_ON_ROLL, person=command.person)
    return (e.FloorGiven(command.person, command.seconds),)


def extend(state: MeetingState, command: c.ExtendFloor, _actor: Actor, _now: Time) -> Decision:
    """Give the speaker more time."""
    return no(Code.FLOOR_NOBODY) if state.speaking is None else (e.FloorExtended(command.seconds),)


def end(state: MeetingState, _command: c.EndFloor, _actor: Actor, _now: Time) -> Decision:
    """End the speech."""
    return no(Code.FLOOR_NOBODY) if state.speaking is None else (e.FloorEnded(),)


def call_help(state: MeetingState, command: c.CallHelp, actor: Actor, _now: Time) -> Decision:
    """Ask for help; another kind replaces the call before."""
    if any((one.person, one.kind) == (actor.person, command.kind) for one in state.help):
        return ()
    return (e.HelpCalled(actor.person, command.kind),)


def answer_help(state: MeetingState, command: c.AnswerHelp, _actor: Actor, _now: Time) -> Decision:
    """Take a call off the list."""
    if all(one.person != command.person for one in state.help):
        return no(Code.HELP_NOT_CALLED, person=command.person)
    return (e.HelpAnswered(command.person),)


def notice(_state: MeetingState, command: c.SendNotice, _actor: Actor, _now: Time) -> Decision:
    """Tell everyone a sentence."""
    text = command.text.strip()
    return (e.NoticeSent(text),) if text else no(Code.TEXT_MISSING)


def acknowledge_agenda(
    state: MeetingState, command: c.AcknowledgeAgenda, actor: Actor, _now: Time
) -> Decision:
    """Record which agenda a tablet holds; the same or an older version again changes nothing."""
    if command.version > state.agenda_version:
        return no(Code.VERSION_WRONG, version=command.version, current=state.agenda_version)
    known = state.acknowledged.get(actor.person, Acknowledgement(0, 0)).version
    if command.version <= known:
        return ()
    return (e.AgendaAcknowledged(actor.person, actor.device, command.version),)


def acknowledge_paper(
    state: MeetingState, command: c.AcknowledgePaper, actor: Actor, _now: Time
) -> Decision:
    """Record what became of a file on a tablet whose holder may see it."""
    if not names_file(state, audience(state, actor.person), command.sha256):
        return no(Code.FILE_UNKNOWN)
    known = state.receipts.get(command.sha256, {}).get(actor.person, Receipt())
    if command.what == "opened":
        return () if known.opened_at else (e.PaperOpened(actor.person, command.sha256),)
    return () if known.received_at else (e.PaperReceived(actor.person, command.sha256),)
