"""No file contains words that readers of American English would stumble over."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: Each with what to write instead. A space stands for any white space or an underscore.
AVOIDED = {
    "amiss": "wrong",
    "anew": "again",
    "at the least": "at least",
    "at the most": "at most",
    "e-mail": "email",
    "for want of": "because there is no",
    "get about": "leak",
    "gets about": "leaks",
    "got about": "leaked",
    "lately": "recently",
    "mended": "fixed",
    "misspelt": "misspelled",
    "no more of": "no longer",
    "nought": "zero",
    "outdo": "supersede",
    "outdoes": "supersedes",
    "outdoing": "superseding",
    "parted": "split, or separated",
    "passed over": "skipped, or rejected",
    "shall": "will, or must",
    "spelt": "spelled",
    "take back": "undo, or remove",
    "taken back": "undone, or removed",
    "takes back": "undoes, or removes",
    "whoever": "anyone who",
    "whomever": "anyone whom",
}

#: Texts that are not ours, that record the past, or that invented speakers wrote; and this list.
_EXEMPT = re.compile(
    r"LICENSE$|seminars/demo/(talks/|speakers\.py$)|requirements/|\w+/migrations/|bench/results\.json$|tests/test_words\.py$"
    r"|tests/interop/package-lock\.json$|.*\.(png|ico|webp)$"
)


def _pattern(word: str) -> re.Pattern[str]:
    spaced = re.escape(word).replace(r"\ ", r"[\s_#*]+")
    return re.compile(rf"(?<![^\W_]){spaced}(?![^\W_])", re.IGNORECASE)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every file that Git knows, by its path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("This is not a Git repository.")
    paths = [path for path in listed.stdout.split("\0") if path and not _EXEMPT.match(path)]
    return {path: (ROOT / path).read_text() for path in paths if (ROOT / path).is_file()}


@pytest.mark.parametrize("word", AVOIDED)
def test_nobody_has_to_look_up_a_word(word: str, texts: dict[str, str]) -> None:
    places = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        for path, text in texts.items()
        for match in _pattern(word).finditer(text)
    ]
    if places:
        pytest.fail(f"“{word}”: write {AVOIDED[word]} in\n" + "\n".join(places), pytrace=False)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("Whoever asks", True),
        ("def test_whoever_asks", True),
        ("WHOEVER", True),
        ("whoevers", False),
        ("at\n    # the most", True),
    ],
)
def test_words_are_recognized_in_names_and_across_lines(text: str, matches: bool) -> None:
    words = ("whoever", "at the most")
    assert any(_pattern(word).search(text) for word in words) is matches


#: British spellings that American English does not use, as beginnings of words.
BRITISH = (
    *("behaviour", "cancelled", "catalogue", "centre", "colour", "defence", "e-mail", "favour"),
    *("honour", "labelled", "licence", "neighbour", "organis", "programme", "recognis", "travell"),
)
_GETTEXT = re.compile(r"_|n?p?gettext(_lazy)?|ngettext(_lazy)?")
_TRANSLATED = re.compile(
    r"{% translate \"(.*?)\"|{% blocktranslate.*?%}(.*?){% endblocktranslate", re.S
)


def _shown(path: str, text: str) -> list[str]:
    """Return the parts of a file that people read on the screen or in the documentation."""
    if path.endswith(".md"):
        return re.findall(r"(?s)`[^`]*`|((?:[^`]|``)+)", text)
    if path.startswith("templates/"):
        return ["".join(groups) for groups in _TRANSLATED.findall(text)]
    if not path.endswith(".py") or path.startswith("tests/"):
        return []
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    named = [one for one in calls if _GETTEXT.fullmatch(getattr(one.func, "id", ""))]
    arguments = [argument for call in named for argument in call.args]
    return [
        argument.value
        for argument in arguments
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def test_people_read_american_spelling(texts: dict[str, str]) -> None:
    pattern = re.compile(rf"\b({'|'.join(BRITISH)})\w*", re.IGNORECASE)
    places = [
        f"{path}: {match[0]}"
        for path, text in texts.items()
        for part in _shown(path, text)
        for match in pattern.finditer(re.sub(r"%\(\w+\)\w|{{.*?}}", "", part))
    ]
    assert not places, "\n".join(places)
