"""Command templates of an SDK, as a tool's arguments.

A template is a command that GNU make printed for a probe module, with placeholders: the tools fill in `%{root}`, `%{obj}`,
`%{basename}`, `%{modname}` and `%{module}`; the rules fill in the *slots*, which stand where Kbuild puts the options that a
Makefile adds. The parts between slots are the SDK's own lists, so a thousand compiles share them.
"""

# A slot's name is the Makefile variable whose place it holds.
NOSTDINC = "%{nostdinc}"
CCFLAGS = "%{ccflags}"
CFLAGS_OBJ = "%{cflags_obj}"
ASFLAGS = "%{asflags}"
AFLAGS_OBJ = "%{aflags_obj}"
LDFLAGS = "%{ldflags}"

_SLOTS = (NOSTDINC, CCFLAGS, CFLAGS_OBJ, ASFLAGS, AFLAGS_OBJ, LDFLAGS)

def split_template(words):
    """Cuts a command at its slots.

    Args:
      words: list of strings, some of which are slots.

    Returns:
      list: a string for a slot, a list of strings for the words between two.
    """
    parts = []
    run = []
    for word in words:
        if word in _SLOTS:
            if run:
                parts.append(run)
            parts.append(word)
            run = []
        else:
            run.append(word)
    if run:
        parts.append(run)
    return parts

def add_template(args, option, parts, slots = {}, remove = []):
    """Adds a command to an action's arguments, one option a word.

    Args:
      args: Args to add to.
      option: the tool's option that takes the words: `--cc`.
      parts: what split_template returned.
      slots: dict of slot to list of strings that fill it; a slot not named stays empty.
      remove: words that are left out, as Kbuild's CFLAGS_REMOVE_x.o does.
    """
    form = option + "=%s"
    for part in parts:
        args.add_all(_words(part, slots, remove), format_each = form)

def fill(parts, slots = {}, remove = []):
    """A command with its slots filled.

    Args:
      parts: what split_template returned.
      slots: dict of slot to list of strings that fill it.
      remove: words that are left out.

    Returns:
      list of strings.
    """
    filled = []
    for part in parts:
        filled.extend(_words(part, slots, remove))
    return filled

def _words(part, slots, remove):
    words = slots.get(part, []) if type(part) == "string" else part
    return [word for word in words if word not in remove] if remove else words
