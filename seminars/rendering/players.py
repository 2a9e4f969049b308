"""The addresses at which common video sites play a recording, for search engines."""

import re
from urllib.parse import urlsplit

# The page of a video, and where its player is.
_PLAYERS = [
    (
        r"https://(?:www\.|m\.)?youtube\.com/watch\?(?:.*&)?v=([\w-]{6,20})(?:[&#].*)?",
        r"https://www.youtube.com/embed/\1",
    ),
    (r"https://youtu\.be/([\w-]{6,20})(?:[?#].*)?", r"https://www.youtube.com/embed/\1"),
    (r"https://(?:www\.)?vimeo\.com/(\d+)(?:[?#].*)?", r"https://player.vimeo.com/video/\1"),
    (r"(https://[\w.-]+/Panopto/Pages)/Viewer\.aspx\?(id=[\w-]+)(?:&.*)?", r"\1/Embed.aspx?\2"),
]
_FILES = (".mp4", ".m4v", ".webm", ".mov", ".ogv")


def video_file_or_player(url: str) -> dict[str, str]:
    """Return the `contentUrl` of a video file or the `embedUrl` of a player; empty if neither is
    known.
    """
    if urlsplit(url).path.lower().endswith(_FILES):
        return {"contentUrl": url}
    for page, player in _PLAYERS:
        if match := re.fullmatch(page, url, re.ASCII):
            return {"embedUrl": match.expand(player)}
    return {}
