"""Takes shell text apart into its simple commands: what GNU make prints with -n, quoting undone."""

_SEPARATORS = ";|&()\n"
_BLANKS = " \t\r"

# Words that only steer which commands run.
_RESERVED = ("if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!")

def split_commands(text):
    """The simple commands of a shell text, in the order in which they are written.

    Control flow is dropped: both branches of an `if` and every part of a pipeline are commands of their own. So are
    redirections. Variables and substitutions are left as they stand.

    Args:
      text: string, in the language of sh(1).

    Returns:
      struct(commands, error): commands, a list of lists of words, assignments before a command being its first words;
      error, a string that says what cannot be read, or None.
    """
    commands = []
    words = []
    word = None  # a list of pieces, or None between words
    quote = ""
    escaped = False
    comment = False
    redirection = False  # the next word is where output goes
    previous = ""
    for c in text.elems():
        if comment:
            if c != "\n":
                continue
            comment = False
        if escaped:
            escaped = False
            if c != "\n":
                # Within double quotes a backslash stays, except before what it protects.
                piece = "\\" + c if quote and c not in "$`\"\\" else c
                word = (word or []) + [piece]
            continue
        if quote == "'":
            if c == "'":
                quote = ""
            else:
                word.append(c)
            continue
        if c == "\\":
            escaped = True
            continue
        if quote:
            if c == quote:
                quote = ""
            else:
                word.append(c)
            continue
        if c == "'" or c == "\"":
            quote = c
            word = word or []
            continue
        if c == "#" and word == None:
            comment = True
            continue
        if c == "&" and previous in "<>" and previous:
            # Of `>&2`: the descriptor follows as a word.
            previous = c
            continue
        if c == ">" or c == "<":
            if word != None and not "".join(word).isdigit():
                words.append("".join(word))
            word = None
            redirection = True
            previous = c
            continue
        previous = c
        if c not in _BLANKS and c not in _SEPARATORS:
            if word == None:
                word = []
            word.append(c)
            continue
        if word != None:
            if not redirection:
                text_of_word = "".join(word)
                if words or text_of_word not in _RESERVED:
                    words.append(text_of_word)
            redirection = False
            word = None
        if c in _SEPARATORS and words:
            commands.append(words)
            words = []
    if quote:
        return struct(commands = [], error = "a quotation ({}) is never closed".format(quote))
    if word != None and not redirection:
        words.append("".join(word))
    if words:
        commands.append(words)
    return struct(commands = commands, error = None)

def split_assignments(words):
    """Cuts a simple command into the assignments before it and its argument vector.

    Args:
      words: a command of split_commands.

    Returns:
      tuple of two lists: `NAME=value` words, and the rest.
    """
    for i, word in enumerate(words):
        name, equals, _ = word.partition("=")
        if not equals or not name.replace("_", "a").isalnum() or name[0].isdigit():
            return words[:i], words[i:]
    return words, []
