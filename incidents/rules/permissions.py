"""The permissions of the workflow table, by who usually holds them."""

FILE = "incidents.file_incident"
HANDLE = "incidents.handle_incident"
DISPATCH = "incidents.dispatch_incident"
BLOW = "incidents.blow_whistle"
ANSWER = "incidents.answer_whistle"
VERIFY = "incidents.verify_incident"
CHECK = "incidents.check_incident"
APPROVE = "incidents.approve_application"
MEET = "incidents.hold_session"
COMMENT = "incidents.comment_incident"
PERMISSIONS: tuple[str, ...] = (
    FILE,
    HANDLE,
    DISPATCH,
    BLOW,
    ANSWER,
    VERIFY,
    CHECK,
    APPROVE,
    MEET,
    COMMENT,
)
