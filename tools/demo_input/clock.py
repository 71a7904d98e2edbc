"""Moscow time as seconds since the first of January of the year one, 00:00 Moscow."""

import datetime
import functools

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal()


@functools.lru_cache(maxsize=4096)
def date_text(day):
    return datetime.date.fromordinal(day).isoformat()


def time_text(second):
    """RFC 3339 with Moscow's offset."""
    day, rest = divmod(second, DAY_S)
    return f"{date_text(day)}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}+03:00"
