"""Writes the BUILD file of an SDK's repository."""

_INDENT = "    "

def _scalar(value):
    return json.encode(value) if type(value) == "string" else repr(value)

def _list(values, indent):
    """A list as buildifier writes it: more than one element go over several lines."""
    if len(values) <= 1:
        return "[" + "".join([_scalar(value) for value in values]) + "]"
    return "[\n" + "".join([indent + _INDENT + _scalar(value) + ",\n" for value in values]) + indent + "]"

def _dict(values, indent):
    inner = indent + _INDENT
    return "{\n" + "".join([
        "{}{}: {},\n".format(inner, _scalar(key), _list(value, inner) if type(value) == "list" else _scalar(value))
        for key, value in values.items()
    ]) + indent + "}"

def _value(value, indent):
    if type(value) == "list":
        return _list(value, indent)
    if type(value) == "dict":
        return _dict(value, indent)
    if type(value) == "struct":
        return "select({})".format(_dict(value.select, indent))
    return _scalar(value)

def target(rule, name, **attributes):
    """The text of one target.

    Args:
      rule: name of the rule.
      name: name of the target.
      **attributes: strings, bools, lists, dicts, or struct(select = dict); None and empty ones are left out.

    Returns:
      string.
    """
    lines = [
        "{} = {},".format(key, _value(value, _INDENT))
        for key, value in ({"name": name} | attributes).items()
        if value not in (None, "", [], {})
    ]
    return "{}(\n{})\n".format(rule, "".join([_INDENT + line + "\n" for line in lines]))

def build_file(loads, targets):
    """The text of a BUILD file.

    Args:
      loads: dict of .bzl label to the name that is loaded from it.
      targets: list of strings, of target().

    Returns:
      string.
    """
    parts = ["".join([
        "load({}, {})\n".format(json.encode(label), json.encode(name))
        for label, name in loads.items()
    ])] if loads else []
    parts.append("package(default_visibility = [\"//visibility:public\"])\n")
    return "\n".join(parts + targets)
