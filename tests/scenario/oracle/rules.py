"""What every rule may say no with."""


class Refused(Exception):
    """A rule said no; the argument is the code."""


def need(condition, code):
    if not condition:
        raise Refused(code)
