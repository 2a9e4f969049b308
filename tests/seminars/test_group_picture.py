"""A group's picture: accepted files, conversion, permissions and backups."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pytest_django import Settings

from accounts import pictures
from accounts.models import Group, GroupEvent, GroupPicture, User
from accounts.services import change_group
from seminars.services.backup import backup, restore
from tests import factories
from tests.clients import signed_in
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = pytest.mark.django_db

FIELDS = {"name": "Circle", "visibility": "public", "description": "Words"}
NO_PICTURE = "This file can’t be read as an image. Choose a JPEG, PNG or WebP file."
MANY_PIXELS = "This image has more than 25 million pixels. Make it smaller first."
SCANS = "This image can’t be processed. Save it as a new JPEG or PNG file."
RED, GREEN, WHITE = (220, 30, 40), (20, 160, 60), (255, 255, 255)


def coded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def plain(size: tuple[int, int] = (64, 36), form: str = "PNG") -> bytes:
    return coded(Image.new("RGB", size, RED), form)


def open_picture(picture: pictures.Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.image))
    assert (image.format, image.size) == ("WEBP", (picture.width, picture.height))
    return image


def near(image: Image.Image, at: tuple[int, int], color: tuple[int, int, int]) -> bool:
    pixel = image.convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, color, strict=True))


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be this large."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 1000)),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture
def group(ada: User) -> Group:
    return factories.group(slug="circle", name="Circle", visibility="public", manager=ada)


def sent(data: bytes, name: str = "a.png") -> dict[str, object]:
    return FIELDS | {"picture": SimpleUploadedFile(name, data, content_type="image/png")}


def give(group: Group, by: User, data: bytes) -> GroupPicture:
    fields: dict[str, Any] = {
        "name": group.name,
        "slug": group.slug,
        "visibility": group.visibility,
    }
    fields |= {"description": "", "homepage": "", "contact": ""}
    change_group(group=group, by=by, picture=pictures.read(data), **fields)
    return GroupPicture.objects.get(group=group)


@pytest.mark.parametrize("form", pictures.FORMATS)
@pytest.mark.parametrize(
    ("size", "expected"),
    [((2400, 1350), (1200, 675)), ((60, 40), (60, 40)), ((500, 2000), (169, 675))],
)
def test_scaled_to_fit(form: str, size: tuple[int, int], expected: tuple[int, int]) -> None:
    image = open_picture(pictures.read(plain(size, form)))
    assert image.size == expected
    assert near(image, (5, 5), RED)


def test_rotated_by_its_metadata_which_is_removed() -> None:
    image = Image.new("RGB", (400, 200), RED)
    image.paste(GREEN, (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = 6, "Camera 9000", "Ada Lovelace"
    comment = {"comment": b"at home", "icc_profile": b"profile"}
    picture = pictures.read(coded(image, "JPEG", exif=exif, quality=95, **comment))
    upright = open_picture(picture)
    assert upright.size == (200, 400)
    assert (near(upright, (100, 50), GREEN), near(upright, (100, 350), RED)) == (True, True)
    assert set(upright.info) <= {"loop", "background", "timestamp", "duration"}
    assert not upright.getexif()
    assert not any(word in picture.image for word in (b"Camera", b"Lovelace", b"EXIF", b"ICCP"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png(mode: str) -> None:
    deep = mode == "I;16"
    image = Image.new(mode, (40, 40), 65535 if deep else "white")
    assert near(open_picture(pictures.read(coded(image))), (20, 20), WHITE)
    dark = Image.new("I;16", (40, 40), 128 * 256)
    assert near(open_picture(pictures.read(coded(dark))), (20, 20), (128, 128, 128))


def test_transparency_becomes_white() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 20, 40))
    picture = open_picture(pictures.read(coded(image)))
    assert (near(picture, (5, 20), RED), near(picture, (35, 20), WHITE)) == (True, True)
    assert near(open_picture(pictures.read(coded(image.quantize(8)))), (35, 20), WHITE)
    cmyk = Image.new("CMYK", (40, 40), (0, 0, 0, 0))
    assert near(open_picture(pictures.read(coded(cmyk, "JPEG"))), (20, 20), WHITE)


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_only_the_first_frame_of_an_animation(form: str) -> None:
    frames = [Image.new("RGB", (40, 40), color) for color in (GREEN, RED)]
    data = coded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
    picture = open_picture(pictures.read(data))
    assert (getattr(picture, "n_frames", 1), near(picture, (20, 20), GREEN)) == (1, True)


def test_files_with_two_pictures_as_phones_write_them() -> None:
    frames = [Image.new("RGB", (40, 40), color) for color in (GREEN, RED)]
    data = coded(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert near(open_picture(pictures.read(data)), (20, 20), GREEN)


def test_scans_are_counted_only_in_jpeg() -> None:
    """In other formats the same two bytes mean something else."""
    assert near(open_picture(pictures.read(plain() + b"\xff\xda" * 200)), (20, 20), RED)


def test_the_largest_result() -> None:
    """Noise compresses worst."""
    noise = Image.effect_noise((1200, 675), 200).convert("RGB")
    assert len(pictures.read(coded(noise)).image) <= pictures.MAX_BYTES


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty. Choose another one."),
        (b"not a picture", NO_PICTURE),
        (plain((400, 300))[:-200], NO_PICTURE),
        (plain((400, 300), "JPEG")[:400], NO_PICTURE),
        (plain(form="GIF"), NO_PICTURE),
        (plain(form="TIFF"), NO_PICTURE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', NO_PICTURE),
        (b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(20), NO_PICTURE),
        (bomb(40, 40)[:-30], NO_PICTURE),
        (bomb(5001, 5000), MANY_PIXELS),
        (bomb(12_000, 12_000), MANY_PIXELS),
        (bomb(100_000, 100_000), MANY_PIXELS),
        (plain(form="JPEG")[:-2] + b"\xff\xda\x00\x08" * 101, SCANS),
    ],
)
def test_rejected_files(browser: Client, group: Group, data: bytes, sentence: str) -> None:
    answer = browser.post("/groups/circle/edit/", sent(data) | {"name": "New name"})
    assert answer.status_code == 400
    page = Page(answer.content)
    assert page.words("errorlist") == [sentence]
    assert 'value="New name"' in answer.content.decode()
    group.refresh_from_db()
    assert (group.name, GroupPicture.objects.count()) == ("Circle", 0)


def test_a_file_that_is_too_large_keeps_the_other_fields(
    browser: Client, group: Group, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 2**20
    large = sent(plain() + bytes(2**20)) | {"name": "New name"}
    answer = browser.post("/groups/circle/edit/", large)
    sentence = "This file is larger than 1 MB. Make the image smaller first."
    assert (answer.status_code, Page(answer.content).words("errorlist")) == (400, [sentence])
    assert 'value="New name"' in answer.content.decode()
    assert browser.post("/groups/circle/edit/", sent(plain() + bytes(2**19))).status_code == 302
    settings.MAX_REQUEST_BYTES = 2**20
    assert browser.post("/groups/circle/edit/", large).status_code == 400


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>.svg", "a\0.png", "x" * 500, "."])
def test_the_file_name_does_not_matter(browser: Client, group: Group, name: str) -> None:
    answer = browser.post("/groups/circle/edit/", sent(plain(), "PLACE").copy())
    assert answer.status_code == 302
    first = GroupPicture.objects.get().version
    body = (
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nCircle\r\n'
        b'--x\r\nContent-Disposition: form-data; name="visibility"\r\n\r\npublic\r\n'
        b'--x\r\nContent-Disposition: form-data; name="picture"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: text/html\r\n\r\n'
        + coded(Image.new("RGB", (20, 20), GREEN))
        + b"\r\n--x--\r\n"
    )
    answer = browser.post(
        "/groups/circle/edit/", body, content_type="multipart/form-data; boundary=x"
    )
    # Browsers send an empty name if no file was chosen, and “.” counts as empty.
    assert (answer.status_code, GroupPicture.objects.get().version == first) == (302, name == ".")
    assert "script" not in Page(Client().get("/groups/circle/").content).words("group-intro")


def test_added_replaced_and_removed(browser: Client, group: Group) -> None:
    assert "no_picture" not in browser.get("/groups/circle/edit/").content.decode()
    browser.post("/groups/circle/edit/", sent(plain()))
    first = GroupPicture.objects.get()
    address = f"/groups/circle/picture-{first.version}.webp"
    shown = f'<img class="group-picture" src="{address}" alt="" width="64" height="36">'
    page = Client().get("/groups/circle/").content.decode()
    assert shown in page
    assert f'<meta property="og:image" content="http://testserver{address}">' in page
    assert '<meta property="og:image:type" content="image/webp">' in page
    assert '<meta property="og:image:width" content="64">' in page
    assert "no_picture" in browser.get("/groups/circle/edit/").content.decode()

    # The same picture, or a form without a file, changes nothing.
    browser.post("/groups/circle/edit/", sent(plain()))
    browser.post("/groups/circle/edit/", FIELDS)
    assert GroupPicture.objects.get().version == first.version

    browser.post("/groups/circle/edit/", sent(plain((1000, 1000), "JPEG")))
    second = GroupPicture.objects.get()
    assert (second.pk, second.shown) == (first.pk, (270, 270))
    moved = Client().get(address)
    there = f"/groups/circle/picture-{second.version}.webp"
    assert (moved.status_code, moved.headers["Location"]) == (302, there)

    browser.post("/groups/circle/edit/", FIELDS | {"no_picture": "on"})
    assert not GroupPicture.objects.exists()
    assert Client().get(there).status_code == 404
    page = Client().get("/groups/circle/").content.decode()
    assert ("group-picture" in page, 'content="image/png"' in page) == (False, True)
    changes = GroupEvent.objects.filter(kind="changed").order_by("pk")
    assert [one.changes.get("picture") for one in changes] == [
        ["", first.version],
        [first.version, second.version],
        [second.version, ""],
    ]
    history = Page(browser.get("/groups/circle/history/").content).words("entries")[0]
    assert "Ada changed the group: picture." in history


def test_another_error_asks_for_the_picture_again(browser: Client, group: Group) -> None:
    factories.group(slug="taken", visibility="public")
    again = "Nothing has been saved yet. Please choose the picture again."
    for wrong, sentence in (
        ({"name": ""}, "This field is required."),
        ({"homepage": "ftp://example.org/"}, "Enter a valid URL."),
        ({"address": "taken"}, "This address is taken. Choose another one."),
    ):
        answer = browser.post("/groups/circle/edit/", sent(plain()) | wrong)
        errors = Page(answer.content).words("errorlist")
        assert (answer.status_code, again in errors, len(errors)) == (400, True, 2), sentence
    assert not GroupPicture.objects.exists()


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
def test_everyone_who_sees_the_group_sees_its_picture(
    browser: Client, ada: User, visibility: str
) -> None:
    group = factories.group(slug="circle", manager=ada, visibility=visibility)
    picture = give(group, ada, plain())
    group.refresh_from_db()
    address = f"/groups/{group.slug}/picture-{picture.version}.webp"
    stranger = signed_in(factories.user())
    for client in (Client(), stranger, browser):
        answer = client.get(address)
        wrong = client.get(address.replace(picture.version, "0"))
        if visibility == "private" and client is not browser:
            nowhere = client.get(f"/groups/nowhere/picture-{picture.version}.webp")
            assert answer.status_code == wrong.status_code == nowhere.status_code == 404
            seen = answer.content.decode().replace(group.slug, "nowhere")
            assert seen == nowhere.content.decode()
            continue
        assert (answer.status_code, answer.content) == (200, bytes(picture.image))
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if visibility == "public":
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        else:
            assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))
            assert answer.headers["X-Robots-Tag"] == "noindex"
        assert wrong.status_code == 302
        assert "immutable" not in wrong.headers["Cache-Control"]


def test_only_managers_change_it(browser: Client, ada: User) -> None:
    for role in ("member", "contributor", None):
        people = {role: ada} if role else {}
        group = factories.group(visibility="public", **people)
        for data in (sent(plain()), FIELDS | {"no_picture": "on"}):
            assert browser.post(f"/groups/{group.slug}/edit/", data).status_code == 403
            assert Client().post(f"/groups/{group.slug}/edit/", data).status_code == 302
    private = factories.group()
    assert browser.post(f"/groups/{private.slug}/edit/", sent(plain())).status_code == 404
    assert not GroupPicture.objects.exists()


def test_no_page_loads_its_bytes(browser: Client, ada: User, group: Group) -> None:
    give(group, ada, plain())
    for path in ("/groups/", "/groups/circle/", "/groups/circle/edit/", "/groups/circle.ics"):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        assert not any('"image"' in query["sql"] for query in queries.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_backups_contain_it(ada: User, group: Group, tmp_path: Path) -> None:
    before = give(group, ada, plain())
    image = bytes(before.image)
    backup(to=tmp_path / "b.gz", now=NOW)
    GroupPicture.objects.update(image=b"spoilt")
    restore(source=tmp_path / "b.gz", now=NOW)
    after = GroupPicture.objects.get()
    assert (bytes(after.image), after.version) == (image, before.version)
