"""Where Debian packages can be downloaded from: an attribute, the environment, or the machine's apt sources.

internal/debian/mirror.go does the same for the command that writes locks.
"""

# URLs of mirrors, separated by spaces, for machines without apt sources and for networks with a mirror of their own.
MIRROR_ENV = "RULES_KBUILD_DEBIAN_MIRROR"

_MAIN = "debian"
_SECURITY = "debian-security"

def _mirror(url, security = False):
    url = url.rstrip("/")
    return struct(url = url, archive = _SECURITY if security or _SECURITY in url else _MAIN)

def _is_web(url):
    return url.startswith("http://") or url.startswith("https://")

def parse_list(text):
    """Reads the one-line format of sources.list(5).

    Args:
      text: the file's content.

    Returns:
      list of struct(uris, suites, components).
    """
    sources = []
    for line in text.split("\n"):
        line = line.partition("#")[0]
        before, bracket, options = line.partition("[")
        if bracket:
            line = before + options.partition("]")[2]
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if len(words) >= 4 and words[0] == "deb":
            sources.append(struct(uris = [words[1]], suites = [words[2]], components = words[3:]))
    return sources

def parse_sources(text):
    """Reads the deb822 format of sources.list(5).

    Args:
      text: the file's content.

    Returns:
      list of struct(uris, suites, components).
    """
    sources = []
    for stanza in (text + "\n").replace("\t", " ").split("\n\n"):
        fields = {}
        field = None
        for line in stanza.split("\n"):
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith(" "):
                if field:
                    fields[field] += line
                continue
            field, _, value = line.partition(":")
            fields[field] = value

        def words(name):
            return [word for word in fields.get(name, "").split(" ") if word]

        if "deb" in words("Types") and fields.get("Enabled", "").strip().lower() not in ("no", "false"):
            sources.append(struct(uris = words("URIs"), suites = words("Suites"), components = words("Components")))
    return sources

def mirrors_of(sources):
    """The mirrors that apt sources name, Debian's own archives first.

    Args:
      sources: list of struct(uris, suites, components).

    Returns:
      list of struct(url, archive).
    """
    own = []
    others = []
    for source in sources:
        security = bool([suite for suite in source.suites if suite.endswith("-security") or suite.endswith("/updates")])
        for uri in source.uris:
            if not _is_web(uri) or "main" not in source.components:
                continue
            (own if "/debian" in uri else others).append(_mirror(uri, security))
    return own + others

def with_siblings(mirrors):
    """Adds where the other archive usually is, `.../debian-security` beside `.../debian`, and drops duplicates.

    Args:
      mirrors: list of struct(url, archive).

    Returns:
      list of struct(url, archive).
    """
    siblings = []
    for mirror in mirrors:
        base, _, last = mirror.url.rpartition("/")
        if last == _MAIN:
            siblings.append(_mirror(base + "/" + _SECURITY))
        elif last == _SECURITY:
            siblings.append(_mirror(base + "/" + _MAIN))
    unique = {}
    for mirror in mirrors + siblings:
        unique[mirror] = True
    return unique.keys()

def _apt_sources(rctx):
    sources = []
    files = [rctx.path("/etc/apt/sources.list")]
    folder = rctx.path("/etc/apt/sources.list.d")
    if folder.exists:
        files.extend(sorted(folder.readdir(watch = "no"), key = lambda file: file.basename))
    for file in files:
        if not file.exists:
            continue
        if file.basename.endswith(".sources"):
            sources.extend(parse_sources(rctx.read(file, watch = "no")))
        elif file.basename.endswith(".list"):
            sources.extend(parse_list(rctx.read(file, watch = "no")))
    return sources

def find_mirrors(rctx):
    """The mirrors to download from, in order of preference.

    Where packages come from is no input of the repository, since their digests are known: nothing here is watched.

    Args:
      rctx: repository_ctx with an attribute `mirrors`.

    Returns:
      list of struct(url, archive).
    """
    given = rctx.attr.mirrors or (rctx.os.environ.get(MIRROR_ENV) or "").replace(",", " ").split(" ")
    mirrors = []
    for url in given:
        if not url:
            continue
        if not _is_web(url):
            fail("mirrors: {} is not an http or https URL".format(url))
        mirrors.append(_mirror(url))
    if not mirrors:
        mirrors = mirrors_of(_apt_sources(rctx))
    if not mirrors:
        fail("no Debian mirror is known: name one with mirrors = [\"https://HOST/debian\"] in MODULE.bazel, beside the lock, or with --repo_env={}=https://HOST/debian (this machine has no apt sources)".format(MIRROR_ENV))
    return with_siblings(mirrors)

def package_urls(mirrors, package):
    """Where a package may lie, in order.

    First the mirrors of its archive, then the others: a security update moves to the main archive with the next point release.

    Args:
      mirrors: list of struct(url, archive).
      package: struct with `archive` and `path`.

    Returns:
      list of strings.
    """
    return [
        mirror.url + "/" + package.path
        for same in (True, False)
        for mirror in mirrors
        if (mirror.archive == package.archive) == same
    ]
