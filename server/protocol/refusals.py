"""Why something was not done: a stable code, with parameters for the sentence in both languages.

Refusals are values, never exceptions. The client's catalogue holds `refusal.<code>` for each code.
"""

from collections.abc import Mapping
from enum import StrEnum

from server.protocol.ids import Part


class Code(StrEnum):
    """Every reason, grouped by what it is about. A released code never changes its meaning."""

    # the line
    BAD_FRAME = "bad_frame"
    FRAME_TOO_LARGE = "frame_too_large"
    PROTOCOL_VERSION = "protocol_version"
    OUT_OF_TURN = "out_of_turn"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    SERVER_CLOSING = "server_closing"
    INTERNAL = "internal"
    # found by the client itself
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_IMPOSTOR = "server_impostor"
    # who is asking
    DEVICE_UNKNOWN = "device_unknown"
    DEVICE_WAITING = "device_waiting"
    DEVICE_REVOKED = "device_revoked"
    SIGNATURE_WRONG = "signature_wrong"
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    ALREADY_SET_UP = "already_set_up"
    PERSON_UNKNOWN = "person_unknown"
    PIN_WRONG = "pin_wrong"
    PIN_LOCKED = "pin_locked"
    PIN_WEAK = "pin_weak"
    PIN_SAME = "pin_same"
    MUST_CHANGE_PIN = "must_change_pin"
    TOKEN_WRONG = "token_wrong"  # noqa: S105 - a code's name, no secret
    PLACE_MOVED = "place_moved"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    # the office
    ORGANIZATION_UNKNOWN = "organization_unknown"
    NAME_EMPTY = "name_empty"
    NAME_TAKEN = "name_taken"
    SEAT_TAKEN = "seat_taken"
    CSV_INVALID = "csv_invalid"
    # the meeting
    ROOM_UNKNOWN = "room_unknown"
    NOT_JOINED = "not_joined"
    MEETING_EXISTS = "meeting_exists"
    MEETING_NOT_OPEN = "meeting_not_open"
    MEETING_PAUSED = "meeting_paused"
    MEETING_CLOSED = "meeting_closed"
    MEETING_ALREADY_OPEN = "meeting_already_open"
    POLL_STILL_OPEN = "poll_still_open"
    NOTHING_TO_PUBLISH = "nothing_to_publish"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_EXISTS = "item_exists"
    ITEM_DONE = "item_done"
    ITEM_CURRENT = "item_current"
    ITEM_HAS_POLL = "item_has_poll"
    POSITION_WRONG = "position_wrong"
    TITLE_MISSING = "title_missing"
    TEXT_MISSING = "text_missing"
    REASON_MISSING = "reason_missing"
    VERSION_WRONG = "version_wrong"
    PAPER_UNKNOWN = "paper_unknown"
    PAPER_EXISTS = "paper_exists"
    PAPER_HAS_NO_FILE = "paper_has_no_file"
    PAPER_CLASSIFIED = "paper_classified"
    FILE_UNKNOWN = "file_unknown"
    PERSON_NOT_ON_ROLL = "person_not_on_roll"
    PERSON_TWICE = "person_twice"
    CHAIR_MISSING = "chair_missing"
    NOT_A_MEMBER = "not_a_member"
    NOT_PRESENT = "not_present"
    FLOOR_ALREADY_ASKED = "floor_already_asked"
    FLOOR_NOT_ASKED = "floor_not_asked"
    FLOOR_NOBODY = "floor_nobody"
    HELP_NOT_CALLED = "help_not_called"
    # polls
    POLL_UNKNOWN = "poll_unknown"
    POLL_EXISTS = "poll_exists"
    POLL_ANOTHER_OPEN = "poll_another_open"
    POLL_NOT_PREPARED = "poll_not_prepared"
    POLL_NOT_OPEN = "poll_not_open"
    POLL_PAUSED = "poll_paused"
    POLL_CLOSED = "poll_closed"
    POLL_NOT_CLOSED = "poll_not_closed"
    POLL_ANNULLED = "poll_annulled"
    RULE_INVALID = "rule_invalid"
    NO_QUORUM = "no_quorum"
    NOBODY_TO_ASK = "nobody_to_ask"
    NO_BALLOT_RIGHT = "no_ballot_right"
    BALLOT_EXISTS = "ballot_exists"
    BALLOT_SUPERSEDED = "ballot_superseded"
    BALLOT_FINAL = "ballot_final"
    # papers
    PAPER_UNREADABLE = "paper_unreadable"
    PAPER_NOT_PDF = "paper_not_pdf"
    PAPER_TOO_LARGE = "paper_too_large"
    PAPER_LOCKED = "paper_locked"
    PAPER_TOO_MANY_PAGES = "paper_too_many_pages"
    PAPER_PAGE_TOO_LARGE = "paper_page_too_large"
    PAPER_HOSTILE = "paper_hostile"
    PAPER_TIMED_OUT = "paper_timed_out"
    PAPER_ENGINE_CRASHED = "paper_engine_crashed"
    PAPER_NEEDS_CONVERSION = "paper_needs_conversion"
    UPLOAD_UNKNOWN = "upload_unknown"
    OFFSET_WRONG = "offset_wrong"
    HASH_MISMATCH = "hash_mismatch"
    # the disk and the machine
    DISK_FULL = "disk_full"
    NOT_RECORDED = "not_recorded"
    PORT_IN_USE = "port_in_use"
    SETTINGS_INVALID = "settings_invalid"
    DATABASE_NEWER = "database_newer"
    DATABASE_DAMAGED = "database_damaged"
    FILE_NOT_FOUND = "file_not_found"
    SERVER_RUNNING = "server_running"
    BACKUP_INVALID = "backup_invalid"


class Refusal(Part, frozen=True):
    """A code and the values its sentence needs."""

    code: Code
    params: Mapping[str, str | int] = {}
