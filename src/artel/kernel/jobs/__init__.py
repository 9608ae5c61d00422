"""Work done later, by another process: at least once, resumed after a crash, by the clock or because of an event.

The only contract with the queue is one task, `deliver(job id)`, of the django-tasks API; a broker may lose it, repeat it
or reorder it. What happened and what is still owed is in our own row (`Job`), so retries, leases, progress and dead
letters are the same on every queue.
"""

from .declare import CronLine, JobKind, Subscription, cron, job, on
from .refused import LeaseLost, Stopped

__all__ = ["CronLine", "JobKind", "LeaseLost", "Stopped", "Subscription", "cron", "job", "on"]
