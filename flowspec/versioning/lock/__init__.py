"""A lock: what a spec means, resolved, as a file beside it that is reviewed and compared."""

from flowspec.versioning.lock.check import check_lock
from flowspec.versioning.lock.contents import lock_of
from flowspec.versioning.lock.file import SUFFIX, lock_text

__all__ = ["SUFFIX", "check_lock", "lock_of", "lock_text"]
