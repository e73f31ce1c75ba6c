"""The hash chain of the access log as SQL: how a row is appended, and what its hash covers.

Pure text; core.models puts it into a trigger, core.verification walks the chain. Changing what the hash
covers makes every row written before look broken.
"""

from core.locks import LockName

# Time as seconds of the epoch, because its text form depends on the session's time zone; a JSON array,
# because it keeps two neighbouring texts apart.
_COVERED = (
    "{row}.sequence, {row}.id, {row}.user_id, {row}.subject_type, {row}.subject_id, {row}.field, "
    "{row}.purpose, extract(epoch FROM {row}.at), {row}.refused, {row}.previous_hash"
)


def hash_of(row: str) -> str:
    """Return the SQL expression of a row's hash: 64 hex digits of SHA-256."""
    covered = _COVERED.format(row=row)
    return f"encode(sha256(convert_to(jsonb_build_array({covered})::text, 'UTF8')), 'hex')"


# A volatile function sees what was committed while it waited for the lock, and rows of its own statement.
APPEND = """
PERFORM pg_advisory_xact_lock(LOCK, 0);
SELECT sequence + 1, hash INTO NEW.sequence, NEW.previous_hash
FROM core_accesslog ORDER BY sequence DESC LIMIT 1;
IF NOT FOUND THEN
  NEW.sequence := 1;
  NEW.previous_hash := '';
END IF;
NEW.hash := HASH_OF_ROW;
RETURN NEW;
""".replace("LOCK", str(int(LockName.AUDIT_LOG))).replace("HASH_OF_ROW", hash_of("NEW"))
