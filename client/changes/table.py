"""What each action does to the client's state, a small function each. Pure; see `store.reduce`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from client import actions as a
from client.changes import browsing, commenting, rooms
from client.changes.rooms import message
from client.changes.sittings import turned, went_on
from client.changes.steering import went
from client.state import AppState, Login, OfficeView
from server.protocol import frames as f
from server.protocol import office
from server.protocol.commands import CallHelp, CastBallot, SealBallot, SendComment
from server.protocol.refusals import Code

TOO_LATE = frozenset(
    {
        Code.POLL_CLOSED,
        Code.POLL_NOT_OPEN,
        Code.POLL_ANNULLED,
        Code.POLL_UNKNOWN,
        Code.MEETING_CLOSED,
        Code.NO_BALLOT_RIGHT,
    }
)
"""Refusals of a ballot after which it will never count."""


# ---- the device and its line ---------------------------------------------------------------------


def _device_known(state: AppState, action: a.DeviceKnown) -> AppState:
    return replace(
        state,
        kind=action.kind,
        device_name=action.device_name,
        server=action.server,
        seats=action.seats,
        own=action.own,
        card=action.card,
        line="connecting" if action.server else "unpaired",
        comparison="",
        busy=False,
    )


def _ticked(state: AppState, action: a.Ticked) -> AppState:
    return replace(state, now=action.now)


def _battery(state: AppState, action: a.BatteryRead) -> AppState:
    return replace(state, battery=action.percent)


def _notes(state: AppState, action: a.NotesChanged) -> AppState:
    return replace(state, notes=action.notes)


def _line(state: AppState, action: a.LineChanged) -> AppState:
    if action.line != "connected":
        state = replace(rooms.parted(state), busy=False)
    if action.refusal is not None:
        state = replace(state, sign_in_refusal=action.refusal, busy=False)
    if action.line == state.line:
        return state
    return replace(state, line=action.line, line_since=state.now)


def _asking(state: AppState, _action: a.Asking) -> AppState:
    return replace(state, busy=True, sign_in_refusal=None)


def _enrolment_refused(state: AppState, action: a.EnrolmentRefused) -> AppState:
    return replace(state, busy=False, sign_in_refusal=action.refusal, refused_at=state.now)


def _enrolment_waits(state: AppState, action: a.EnrolmentWaits) -> AppState:
    return replace(
        state,
        line="waiting",
        line_since=state.now,
        server=action.server,
        comparison=action.comparison,
        busy=False,
    )


def _challenge(state: AppState, frame: f.Challenge) -> AppState:
    return replace(state, server_empty=frame.empty, now=max(state.now, frame.now))


def _authenticated(state: AppState, frame: f.Authenticated) -> AppState:
    return replace(
        state,
        device_name=frame.name,
        seats=frame.seats,
        own=frame.own,
        card=frame.card,
        line="connected",
        line_since=state.now if state.line != "connected" else state.line_since,
        comparison="",
    )


def _signed_in(state: AppState, frame: f.SignedIn) -> AppState:
    kept = state
    if state.login is not None and state.login.person != frame.person:
        kept = _nobody(state)
    login = Login(frame.person, frame.name, must_change=frame.must_change)
    return replace(kept, login=login, busy=False, sign_in_refusal=None)


def _signed_in_offline(state: AppState, action: a.SignedInOffline) -> AppState:
    login = Login(action.person, action.name, offline=True)
    return replace(_nobody(state), login=login, busy=False, sign_in_refusal=None)


def _nobody(state: AppState) -> AppState:
    """The device without anything of the person who was here; a message stays on screen."""
    return AppState(
        kind=state.kind,
        now=state.now,
        line=state.line,
        line_since=state.line_since,
        server=state.server,
        server_empty=state.server_empty,
        device_name=state.device_name,
        battery=state.battery,
        seats=state.seats,
        own=state.own,
        card=state.card,
        preferences=state.preferences,
        notes=state.notes,
        message=state.message,
        message_serial=state.message_serial,
    )


def _signed_out(state: AppState, action: a.SignedOut) -> AppState:
    return replace(_nobody(state), sign_in_refusal=action.refusal)


def _remembered(state: AppState, action: a.Remembered) -> AppState:
    """What the disk holds; whatever the server has told since it was read is newer."""
    return replace(
        state,
        meetings=state.meetings or action.meetings,
        rooms={**action.rooms, **state.rooms},
        preferences=action.preferences or state.preferences,
        places={**action.places, **state.places},
        seen_versions={**action.seen_versions, **state.seen_versions},
        read_before={**action.read_before, **state.read_before},
        comment_drafts={**action.comment_drafts, **state.comment_drafts},
        pending=(*action.pending, *state.pending),
    )


def _room_lost(state: AppState, action: a.RoomLost) -> AppState:
    kept = {room: view for room, view in state.rooms.items() if room != action.room}
    return replace(state, rooms=kept)


# ---- papers --------------------------------------------------------------------------------------


def _download(state: AppState, action: a.DownloadChanged) -> AppState:
    return replace(state, downloads={**state.downloads, action.sha256: action.download})


def _downloads_forgotten(state: AppState, action: a.DownloadsForgotten) -> AppState:
    kept = {sha: one for sha, one in state.downloads.items() if sha not in action.files}
    return replace(state, downloads=kept)


def _upload(state: AppState, action: a.UploadChanged) -> AppState:
    return replace(state, uploads={**state.uploads, action.upload: action.state})


def _upload_ended(state: AppState, action: a.UploadEnded) -> AppState:
    kept = {upload: one for upload, one in state.uploads.items() if upload != action.upload}
    return replace(state, uploads=kept)


# ---- commands and questions ----------------------------------------------------------------------


def _sent(state: AppState, action: a.CommandSent) -> AppState:
    state = replace(state, pending=(*state.pending, action.pending))
    command = action.pending.command
    if isinstance(command, CastBallot | SealBallot):
        place = replace(state.place, choice="", marks={}, written=(), opinion="")
        return replace(state, place=place, unsent=state.unsent - {command.poll})
    return commenting.sent(state, command) if isinstance(command, SendComment) else state


def _answered(state: AppState, request: str) -> AppState:
    return replace(state, pending=tuple(one for one in state.pending if one.id != request))


def _accepted(state: AppState, action: a.CommandAccepted) -> AppState:
    state = _answered(state, action.pending.id)
    command = action.pending.command
    if isinstance(command, CallHelp):
        return message(state, "help.sent")
    if isinstance(command, SendComment):
        return message(state, "comment.sent")
    if isinstance(command, CastBallot | SealBallot):
        room = action.pending.room
        return went_on(rooms.own_ballot(state, room, command, action.at), room, command.poll)
    return state


def _refused(state: AppState, action: a.CommandRefused) -> AppState:
    state = _answered(state, action.pending.id)
    command = action.pending.command
    if isinstance(command, CastBallot | SealBallot) and action.refusal.code in TOO_LATE:
        return replace(state, unsent=state.unsent | {command.poll})
    if isinstance(command, SendComment):
        return commenting.returned(state, action.pending, command, action.refusal)
    if action.quiet:
        return state
    return message(state, f"refusal.{action.refusal.code}", **action.refusal.params)


def _reply(state: AppState, action: a.QuestionAnswered) -> AppState:
    if isinstance(action.reply, office.BallotsProved):
        asked = action.question
        room = asked.room if isinstance(asked, office.ProveBallots) else ""
        return rooms.proved(state, room, action.reply)
    return replace(state, office=_office(state.office, action.question, action.reply))


def _office(view: OfficeView, question: office.Question, reply: office.Reply) -> OfficeView:
    match reply:
        case office.Organizations(organizations):
            known = {one.id for one in organizations}
            first = organizations[0].id if organizations else ""
            chosen = view.organization if view.organization in known else first
            return replace(view, organizations=organizations, organization=chosen)
        case office.People(people):
            mine = isinstance(question, office.ListPeople)
            return replace(view, people=people) if mine else view
        case office.FirstPins(pins):
            return replace(view, first_pins=pins)
        case office.PairingCode():
            return replace(view, code=reply)
        case office.Devices(devices):
            return replace(view, devices=devices)
        case _:
            return view


# ---- the person's hands --------------------------------------------------------------------------


def _follow(state: AppState, action: a.FollowChanged) -> AppState:
    return replace(state, place=replace(state.place, following=action.following))


def _writing(state: AppState, action: a.WritingChanged) -> AppState:
    return replace(state, place=replace(state.place, writing=action.writing))


def _choice(state: AppState, action: a.ChoiceMade) -> AppState:
    return replace(state, place=replace(state.place, choice=action.choice or ""))


def _marks(state: AppState, action: a.MarksMade) -> AppState:
    place = replace(state.place, marks=dict(action.marks), written=action.written)
    return replace(state, place=place)


def _opinion(state: AppState, action: a.OpinionWritten) -> AppState:
    return replace(state, place=replace(state.place, opinion=action.text))


def _practised(state: AppState, _action: a.Practised) -> AppState:
    return replace(state, practised=True, place=replace(state.place, choice="done"))


def _put_aside(state: AppState, action: a.BallotPutAside) -> AppState:
    if not action.aside:
        return replace(state, place=replace(state.place, screen="poll", minimised=False))
    aside = replace(state, place=replace(state.place, minimised=True))
    return went(aside, a.Went("meeting", item=_item_of_poll(aside)))


def _item_of_poll(state: AppState) -> str:
    view = state.room()
    poll = view.state.polls.get(state.place.poll) if view else None
    return poll.item if poll else ""


def _unsent_seen(state: AppState, action: a.UnsentSeen) -> AppState:
    return replace(state, unsent=state.unsent - {action.poll})


def _dismissed(state: AppState, action: a.BannerDismissed) -> AppState:
    return replace(state, dismissed=state.dismissed | {action.banner})


def _preferences(state: AppState, action: a.PreferencesChanged) -> AppState:
    return replace(state, preferences=action.preferences)


def _message(state: AppState, action: a.MessageShown) -> AppState:
    shown = message(state, action.key, **action.params)
    if not action.undo or shown.message is None:
        return shown
    return replace(shown, message=replace(shown.message, undo=action.undo))


def _message_closed(state: AppState, action: a.MessageClosed) -> AppState:
    same = state.message is not None and state.message.serial == action.serial
    return replace(state, message=None) if same else state


def _organization(state: AppState, action: a.OrganizationChosen) -> AppState:
    chosen = replace(state.office, organization=action.organization, people=())
    return replace(state, office=chosen)


def _secrets_seen(state: AppState, _action: a.SecretsSeen) -> AppState:
    return replace(state, office=replace(state.office, code=None, first_pins=()))


CHANGES: dict[type, Callable[[AppState, Any], AppState]] = {
    a.DeviceKnown: _device_known,
    a.Ticked: _ticked,
    a.BatteryRead: _battery,
    a.NotesChanged: _notes,
    a.LineChanged: _line,
    a.Asking: _asking,
    a.EnrolmentRefused: _enrolment_refused,
    a.EnrolmentWaits: _enrolment_waits,
    a.SignedInOffline: _signed_in_offline,
    a.SignedOut: _signed_out,
    a.Remembered: _remembered,
    a.RoomLost: _room_lost,
    a.DownloadChanged: _download,
    a.DownloadsForgotten: _downloads_forgotten,
    a.UploadChanged: _upload,
    a.UploadEnded: _upload_ended,
    a.CommandSent: _sent,
    a.CommandAccepted: _accepted,
    a.CommandRefused: _refused,
    a.QuestionAnswered: _reply,
    a.Went: went,
    a.FollowChanged: _follow,
    a.WritingChanged: _writing,
    a.ChoiceMade: _choice,
    a.MarksMade: _marks,
    a.OpinionWritten: _opinion,
    a.QuestionTurned: turned,
    commenting.CommentDrafted: commenting.drafted,
    a.Practised: _practised,
    a.BallotPutAside: _put_aside,
    a.UnsentSeen: _unsent_seen,
    a.PageTurned: browsing.page,
    a.VersionSeen: browsing.version_seen,
    a.VersionCompared: browsing.version_compared,
    a.FindsChanged: browsing.finds,
    a.BannerDismissed: _dismissed,
    a.PreferencesChanged: _preferences,
    a.MessageShown: _message,
    a.MessageClosed: _message_closed,
    a.OrganizationChosen: _organization,
    a.SecretsSeen: _secrets_seen,
    f.Challenge: _challenge,
    f.Authenticated: _authenticated,
    f.SignedIn: _signed_in,
    f.Meetings: rooms.meetings,
    f.Snapshot: rooms.snapshot,
    f.Events: rooms.events,
    f.Joined: rooms.joined,
    f.OnlyYours: rooms.only_yours,
    f.Drafts: rooms.drafts,
    f.Present: rooms.present,
    f.Shown: rooms.shown,
    f.Progress: rooms.progress,
    f.Checkpointed: rooms.checkpointed,
}
"""Frames that are not here are answers: the session turns them into facts above."""
