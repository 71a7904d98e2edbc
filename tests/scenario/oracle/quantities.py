"""Money, rates, Moscow time as integers: kopecks, parts per million, microseconds, days."""

import datetime
import re

DAY_US = 86_400 * 1_000_000
MINUTE_US = 60 * 1_000_000
MOSCOW_US = 3 * 3_600 * 1_000_000
PPM = 1_000_000

_EPOCH_ORDINAL = datetime.date(1970, 1, 1).toordinal()
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|([+-])(\d\d):(\d\d))")


def kopecks(text):
    """'4050.00' -> 405000; a sign is kept."""
    sign = -1 if text.startswith("-") else 1
    whole, fraction = text.lstrip("+-").split(".")
    return sign * (int(whole) * 100 + int(fraction))


def money(value):
    """405000 -> '4050.00'."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def ppm(percent):
    """'8.50' -> 85000."""
    whole, _, fraction = percent.partition(".")
    return int(whole) * 10_000 + int((fraction + "0000")[:4])


def share(amount, rate_ppm):
    """A percentage of an amount that is not negative, half away from zero, in kopecks."""
    return (amount * rate_ppm + PPM // 2) // PPM


def convert(minor, rate):
    """Minor units of a foreign currency at a rate such as '5.6900', half up, in kopecks."""
    whole, fraction = rate.split(".")
    return (minor * (int(whole) * 10_000 + int(fraction)) + 5_000) // 10_000


def day(text):
    """'2019-03-01' -> days since 1970-01-01."""
    return datetime.date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL


def day_text(number):
    return datetime.date.fromordinal(number + _EPOCH_ORDINAL).isoformat()


def weekday(number):
    """0 = Monday."""
    return (number + 3) % 7


def month(number):
    """The civil month of a day as (year, month)."""
    date = datetime.date.fromordinal(number + _EPOCH_ORDINAL)
    return date.year, date.month


def days_of_month(text):
    """'2019-02' -> the days of that month, in order."""
    first = day(text + "-01")
    return [number for number in range(first, first + 31) if day_text(number).startswith(text)]


def instant(text):
    """RFC 3339 -> microseconds since 1970-01-01T00:00Z; ValueError when it is none."""
    match = _INSTANT.fullmatch(text)
    if not match:
        raise ValueError(f"not an instant: {text}")
    year, mon, mday, hour, minute, second, fraction, sign, off_h, off_m = match.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        raise ValueError(f"not a time of day: {text}")
    days = datetime.date(int(year), int(mon), int(mday)).toordinal() - _EPOCH_ORDINAL
    value = ((days * 24 + int(hour)) * 60 + int(minute)) * 60 + int(second)
    if sign:
        if int(off_h) > 23 or int(off_m) > 59:
            raise ValueError(f"not an offset: {text}")
        offset = (int(off_h) * 60 + int(off_m)) * 60
        value += offset if sign == "-" else -offset
    return value * 1_000_000 + int(((fraction or "") + "000000")[:6])


def instant_text(value):
    seconds, micro = divmod(value, 1_000_000)
    number, second = divmod(seconds, 86_400)
    text = f"{day_text(number)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"{text}.{micro:06d}Z" if micro else f"{text}Z"


def moscow_day(value):
    """The Moscow civil day of an instant."""
    return (value + MOSCOW_US) // DAY_US


def moscow_midnight(number):
    """00:00 Moscow of a day, as an instant."""
    return number * DAY_US - MOSCOW_US
