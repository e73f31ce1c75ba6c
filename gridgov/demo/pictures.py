"""Drawn pictures for invented incidents, so that no photo of a real place or person is needed."""

import random
from collections.abc import Callable
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (960, 720)
Brush = ImageDraw.ImageDraw
Colour = tuple[int, int, int]


def picture(scene: str, number: int, *, mended: bool = False) -> SimpleUploadedFile:
    """Return a picture of the scene as an upload, as found or once mended; the same number draws the same."""
    chance = random.Random(f"{scene} {number}")
    image = Image.new("RGB", SIZE, _sky(chance))
    brush = ImageDraw.Draw(image)
    _street(brush, chance)
    if not mended:
        _SCENES.get(scene, _paper)(brush, chance)
    content = BytesIO()
    image.save(content, "JPEG", quality=82)
    name = f"{scene}-{number}-{'after' if mended else 'before'}.jpg"
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def _sky(chance: random.Random) -> Colour:
    light = chance.randint(185, 225)
    return (light - 20, light, min(255, light + 18))


def _street(brush: Brush, chance: random.Random) -> None:
    """Draw houses along a street, every picture with others."""
    left = -40
    while left < SIZE[0]:
        width, height = chance.randint(120, 240), chance.randint(210, 400)
        tone = chance.choice([(205, 190, 170), (188, 178, 170), (214, 205, 190), (176, 166, 160)])
        brush.rectangle((left, 430 - height, left + width, 430), fill=tone)
        for east in range(left + 18, left + width - 34, 46):
            for north in range(430 - height + 24, 400, 58):
                brush.rectangle((east, north, east + 26, north + 34), fill=(120, 136, 150))
        left += width + chance.randint(0, 26)
    brush.rectangle((0, 430, SIZE[0], 500), fill=(170, 166, 160))
    brush.rectangle((0, 500, SIZE[0], SIZE[1]), fill=(104, 106, 110))
    for east in range(chance.randint(-80, 0), SIZE[0], 190):
        brush.rectangle((east, 606, east + 100, 616), fill=(226, 226, 220))


def _rubbish(brush: Brush, chance: random.Random) -> None:
    for east in (250, 400, 550):
        brush.rectangle((east, 350, east + 105, 520), fill=(54, 110, 84))
        brush.rectangle((east - 6, 336, east + 111, 356), fill=(40, 84, 64))
    for _ in range(18):
        east, south, size = chance.randint(170, 720), chance.randint(480, 590), chance.randint(36, 84)
        tone = chance.choice([(40, 40, 44), (220, 216, 204), (150, 60, 52), (196, 170, 90)])
        brush.ellipse((east, south - size, east + size, south), fill=tone)


def _road(brush: Brush, chance: random.Random) -> None:
    for _ in range(4):
        east, north = chance.randint(160, 640), chance.randint(540, 640)
        brush.ellipse((east, north, east + chance.randint(120, 260), north + 56), fill=(62, 58, 56))
        brush.ellipse((east + 20, north + 12, east + 110, north + 42), fill=(88, 98, 108))


def _manhole(brush: Brush, chance: random.Random) -> None:
    east = chance.randint(320, 480)
    brush.ellipse((east, 530, east + 260, 640), fill=(70, 70, 72))
    brush.ellipse((east + 18, 540, east + 242, 630), fill=(18, 18, 20))
    brush.pieslice((east + 18, 540, east + 242, 630), 20, 150, fill=(96, 94, 92))
    brush.line((east + 130, 590, east + 190, 380), fill=(110, 82, 48), width=10)


def _water(brush: Brush, chance: random.Random) -> None:
    brush.polygon([(80, 700), (220, 520), (760, 510), (900, 700)], fill=(112, 128, 128))
    for _ in range(9):
        east, north = chance.randint(200, 700), chance.randint(540, 680)
        brush.ellipse((east, north, east + 150, north + 22), outline=(178, 194, 196), width=4)


def _lamp(brush: Brush, chance: random.Random) -> None:
    brush.rectangle((0, 0, SIZE[0], SIZE[1]), fill=(30, 34, 48))
    for east in (160, 430, 700):
        brush.rectangle((east, 190, east + 14, 560), fill=(74, 78, 88))
        brush.ellipse((east - 24, 160, east + 38, 204), fill=(58, 60, 66))
    brush.rectangle((0, 560, SIZE[0], SIZE[1]), fill=(44, 46, 54))
    for _ in range(30):
        east, north = chance.randint(0, 960), chance.randint(0, 150)
        brush.point((east, north), fill=(200, 200, 210))


def _wires(brush: Brush, chance: random.Random) -> None:
    for _ in range(14):
        start, end, sag = chance.randint(90, 260), chance.randint(90, 260), chance.randint(60, 260)
        points = [
            (east, start + (end - start) * east / 960 + sag * (1 - ((east - 480) / 480) ** 2))
            for east in range(0, 961, 40)
        ]
        brush.line(points, fill=(34, 34, 36), width=chance.randint(3, 7), joint="curve")


def _car(brush: Brush, east: int, south: int, tone: Colour) -> None:
    brush.rounded_rectangle((east, south - 70, east + 230, south), radius=18, fill=tone)
    brush.polygon(
        [
            (east + 36, south - 68),
            (east + 74, south - 122),
            (east + 160, south - 122),
            (east + 200, south - 68),
        ],
        fill=tone,
    )
    brush.polygon(
        [
            (east + 56, south - 70),
            (east + 82, south - 110),
            (east + 152, south - 110),
            (east + 180, south - 70),
        ],
        fill=(170, 190, 200),
    )
    for wheel in (east + 34, east + 158):
        brush.ellipse((wheel, south - 26, wheel + 44, south + 18), fill=(26, 26, 28))


def _cars(brush: Brush, chance: random.Random) -> None:
    for number, south in enumerate((540, 600, 668)):
        for east in range(-60 + 40 * number, 900, 280):
            tone = chance.choice(
                [(190, 60, 54), (232, 232, 230), (60, 74, 96), (130, 134, 138), (36, 36, 40)]
            )
            _car(brush, east, south, tone)


def _firelane(brush: Brush, chance: random.Random) -> None:
    for east in range(40, 900, 120):
        brush.line((east, 690, east + 70, 520), fill=(232, 190, 50), width=12)
    brush.rectangle((40, 512, 920, 522), fill=(232, 190, 50))
    _car(brush, chance.randint(120, 260), 630, (232, 232, 230))
    _car(brush, chance.randint(460, 620), 650, (60, 74, 96))


def _bikes(brush: Brush, chance: random.Random) -> None:
    for _ in range(16):
        east, south = chance.randint(60, 820), chance.randint(530, 680)
        tone = chance.choice([(60, 130, 190), (236, 190, 60), (70, 160, 110)])
        for wheel in (east, east + 74):
            brush.ellipse((wheel, south - 54, wheel + 54, south), outline=(30, 30, 32), width=6)
        brush.line((east + 27, south - 27, east + 60, south - 78, east + 100, south - 27), fill=tone, width=9)


def _stall(brush: Brush, chance: random.Random) -> None:
    for east in (120, 400, 680):
        tone = chance.choice([(196, 62, 54), (58, 120, 170), (80, 140, 84)])
        brush.polygon([(east - 30, 400), (east + 210, 400), (east + 180, 340), (east, 340)], fill=tone)
        brush.rectangle((east, 470, east + 180, 570), fill=(150, 110, 70))
        for _ in range(18):
            left, top = east + chance.randint(4, 150), chance.randint(444, 480)
            brush.ellipse(
                (left, top, left + 24, top + 24),
                fill=chance.choice([(206, 80, 50), (90, 150, 60), (230, 180, 60)]),
            )


def _building(brush: Brush, chance: random.Random) -> None:
    brush.rectangle((240, 120, 720, 640), fill=(196, 186, 172))
    brush.rectangle((420, 430, 540, 640), fill=(92, 84, 78))
    points = [(chance.randint(260, 330), 120)]
    while points[-1][1] < 620:
        points.append((points[-1][0] + chance.randint(-14, 34), points[-1][1] + chance.randint(24, 60)))
    brush.line(points, fill=(70, 62, 56), width=9)
    for _ in range(9):
        east, south = chance.randint(250, 680), chance.randint(600, 670)
        brush.rectangle(
            (east, south - 40, east + chance.randint(40, 90), south),
            fill=chance.choice([(170, 130, 84), (140, 100, 66)]),
        )


def _gas(brush: Brush, chance: random.Random) -> None:
    brush.rectangle((240, 120, 720, 640), fill=(196, 186, 172))
    brush.rectangle((420, 430, 540, 640), fill=(92, 84, 78))
    for _ in range(7):
        east, north = chance.randint(420, 620), chance.randint(300, 400)
        brush.arc((east, north, east + 60, north + 90), 200, 340, fill=(230, 214, 130), width=6)
    brush.line((210, 160, 210, 640), fill=(226, 190, 60), width=16)
    brush.line((210, 420, 420, 420), fill=(226, 190, 60), width=16)
    brush.ellipse((180, 380, 242, 442), outline=(190, 60, 50), width=10)


def _playground(brush: Brush, chance: random.Random) -> None:
    for east in (200, 430, 660):
        brush.line((east, 600, east, 380, east + 150, 380, east + 150, 600), fill=(66, 120, 170), width=16)
        brush.line((east + 40, 380, east + 40 + chance.randint(-20, 20), 560), fill=(210, 90, 60), width=10)


def _dog(brush: Brush, chance: random.Random) -> None:
    for east in (180, 440, 660):
        south, tone = chance.randint(580, 650), chance.choice([(120, 86, 56), (60, 54, 50), (200, 180, 150)])
        brush.ellipse((east, south - 80, east + 150, south - 20), fill=tone)
        brush.ellipse((east + 126, south - 116, east + 190, south - 60), fill=tone)
        for leg in (20, 48, 100, 126):
            brush.rectangle((east + leg, south - 40, east + leg + 12, south + 10), fill=tone)


def _paper(brush: Brush, chance: random.Random) -> None:
    brush.rectangle((0, 0, SIZE[0], SIZE[1]), fill=(150, 116, 84))
    brush.rectangle((230, 70, 730, 690), fill=(246, 244, 236))
    for row in range(13):
        brush.rectangle(
            (290, 150 + row * 38, 290 + chance.randint(180, 380), 160 + row * 38), fill=(150, 150, 150)
        )
    brush.ellipse((560, 540, 690, 670), outline=(196, 60, 54), width=9)


_SCENES: dict[str, Callable[[Brush, random.Random], None]] = {
    "rubbish": _rubbish,
    "road": _road,
    "manhole": _manhole,
    "water": _water,
    "lamp": _lamp,
    "wires": _wires,
    "cars": _cars,
    "firelane": _firelane,
    "bikes": _bikes,
    "stall": _stall,
    "building": _building,
    "gas": _gas,
    "playground": _playground,
    "dog": _dog,
    "paper": _paper,
}
SCENES = frozenset(_SCENES)
