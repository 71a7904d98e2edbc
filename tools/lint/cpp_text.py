"""Reading C++ by its shape: comments and literals blanked, includes, functions. No parser."""

import re

_TOKEN = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<mark>[^\s()\\]*)\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'
    """,
    re.VERBOSE | re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_CONTAINER = re.compile(r"(?:inline\s+)?(?:namespace|class|struct|union|enum)\b")
_INIT_LIST = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:)")
_ACCESS = re.compile(r"^\s*(?:public|private|protected)\s*:")


def line_at(text, offset):
    return text.count("\n", 0, offset) + 1


def includes(text):
    """Yields (line, is_quoted, path) of every #include outside comments."""
    without_comments = _TOKEN.sub(
        lambda match: match[0] if match[0][0] not in "/" else _blank(match[0]), text
    )
    for match in _INCLUDE.finditer(without_comments):
        yield line_at(text, match.start(2)), match[1] == '"', match[2]


def code_only(text):
    """The text with comments and the insides of literals blanked; offsets and lines stay."""
    return _TOKEN.sub(lambda match: _blank(match[0]), text)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def functions(text):
    """Yields (first line, last line) of every function, signature included.

    Outside of functions, a brace opens one when what stands before it, back to the last `;`, `{` or
    `}`, holds a parameter list and does not begin as a container does. Bodies are not looked into.
    """
    code = _DIRECTIVE.sub(lambda match: _blank(match[0]), code_only(text))
    start = parentheses = depth = member_depth = 0
    opened_at = None
    for match in re.finditer(r"[;{}()]", code):
        offset, sign = match.start(), match[0]
        brace = {"{": 1, "}": -1}.get(sign, 0)
        if opened_at is not None:  # inside a function
            depth += brace
            if depth == 0:
                yield opened_at, line_at(code, offset)
                opened_at, start = None, offset + 1
        elif member_depth or (sign == "{" and _opens_member(code[start:offset])):
            member_depth += brace  # inside `a_{1}` of a constructor's list
        elif sign in "()":
            parentheses += 1 if sign == "(" else -1
        elif parentheses == 0:
            before = _ACCESS.sub(lambda found: _blank(found[0]), code[start:offset])
            if sign == "{" and _opens_function(before):
                opened_at = line_at(code, start + len(before) - len(before.lstrip()))
                depth = 1
            start = offset + 1


def _opens_member(before):
    return bool(_INIT_LIST.search(before)) and bool(re.search(r"[\w>]\s*$", before))


def _opens_function(before):
    signature = re.sub(r"\[\[.*?\]\]|alignas\s*\([^()]*\)", "", before, flags=re.DOTALL).strip()
    signature = re.sub(r"^template\s*<[^{}]*?>\s*(?=\w)", "", signature)
    return (
        "(" in signature
        and not signature.endswith(("=", ","))
        and not _CONTAINER.match(signature)
    )
