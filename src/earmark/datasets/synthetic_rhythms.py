"""The eight dances of the synthetic set as rhythm patterns: data, no sound.

A pattern is a string of sixteenths, four to a beat, bars parted by `|`. In drum and chord
patterns `X` is accented, `x` normal, `o` soft, `a` one tone of the broken chord, `.` a rest; in
bass patterns a digit is the degree of the chord's scale. Patterns are written from common knowledge
of the dances (clave, tumbao, marcato, surdo, walking bass, ...), not taken from any recording.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

STEPS_PER_BEAT = 4
DRUM_ROLES = ("low", "back", "tick", "bell", "hand", "hand_low")
PITCHED_ROLES = ("bass", "chord", "melody")
VELOCITY: Mapping[str, float] = MappingProxyType({"X": 1.0, "x": 0.7, "o": 0.35, "a": 0.6})


@dataclass(frozen=True)
class Dance:
    """How one dance is played; everything a clip draws from."""

    name: str
    tempo_bpm: float  # mean over the real Ballroom set (annotations of H. Schreiber, F. Gouyon)
    tempo_sd_bpm: float  # the same
    clips: int  # in the real set
    beats_per_bar: int
    patterns: Mapping[str, tuple[str, ...]]  # role -> alternatives
    prefers: tuple[str, ...] = ()  # instruments a little more likely here; never exclusive
    swing: tuple[float, float] = (0.5, 0.52)  # where the off-beat eighth falls within the beat
    early_second_beat: tuple[float, float] = (0.0, 0.0)  # anticipation of beat 2, in beats
    minor: float = 0.4  # share of clips in a minor key
    drumless: float = 0.12  # share of clips without any drum
    bars_per_chord: tuple[int, ...] = field(default=(1, 1, 2))


_CLAVES = (
    "x.....x.....x...|....x...x.......",  # son 3-2
    "....x...x.......|x.....x.....x...",  # son 2-3
    "x.....x.......x.|....x...x.......",  # rumba clave
)
_MARACAS = ("x.x.x.x.x.x.x.x.", "X.o.x.o.X.o.x.o.", "x.xxx.xxx.xxx.xx", "X.x.x.x.X.x.x.x.")
_TUMBAO = ("o.o.X.o.o.o.x.x.", "....X.......x.x.", "o...X...o...x.x.")
_MELODY_44 = (
    "x.......x...x...",
    "x...x...x.......",
    "x.....x.x...x...",
    "x.x.x...x.......",
    "x...............",
    "....x.x.x...x...",
    "x...x...x...x...",
)
_MELODY_34 = (
    "x...........",
    "x.......x...",
    "x...x...x...",
    "x.....x.x...",
    "x.x.x...x...",
    "....x...x...",
)

_CHACHACHA = Dance(
    name="ChaChaCha",
    tempo_bpm=122.9,
    tempo_sd_bpm=5.6,
    clips=111,
    beats_per_bar=4,
    patterns={
        "low": ("X.......x.......", "X.......X.....x.", "X...x...X...x...", "X.....x.X......."),
        "back": ("....x.......x...", "............X.x.", "....x.......X.X.", "....X..........."),
        "tick": (
            "x.o.x.o.x.o.x.o.",
            "X...x.x.X...x.x.",
            *_MARACAS[:2],
        ),  # 2nd: guiro long, short-short
        "bell": ("X...x...X...x...", "X...X...X...X...", "X.x.X.x.X.x.X.x.", _CLAVES[0]),
        "hand": (*_TUMBAO, "....X...o...X.X."),
        "hand_low": ("............X.X.", "............x.x.", "......x.........|............X.X."),
        "bass": ("1.....5.....1...", "1...........5.1.", "1.....5.5...5.1.", "1.......5...5.1."),
        "chord": ("x.x.x..x.x.x..x.", "..x...x...x...x.", "X.......X...x.x.", "....X.......X.x."),
        "melody": (*_MELODY_44, "x...x...x...x.x.", "..x...x.x.x.x..."),
    },
    prefers=("guiro", "cowbell", "conga", "piano", "brass"),
)

_RUMBA = Dance(
    name="Rumba",
    tempo_bpm=100.6,
    tempo_sd_bpm=11.2,
    clips=98,
    beats_per_bar=4,
    patterns={
        "low": ("X.....x.X.......", "X...........x...", "X.......x.....x.", "......x.....X..."),
        "back": ("............x...", "....x.......x.x.", "......x.....x...", "............x.x."),
        "tick": _MARACAS,
        "bell": (*_CLAVES, "x.....x.....x..."),
        "hand": (*_TUMBAO, "X.o.x.o.X.o.x.o."),  # last: bongo martillo
        "hand_low": ("............x.x.", "............X.X.", "......x.....x..."),
        "bass": ("1.....5.....5...", "1.....5.....1...", "1...........5...", "1.....5.8......."),
        "chord": ("a.a.a.a.a.a.a.a.", "X.....x.....x...", "X...............", "x.....x.x...x..."),
        "melody": (*_MELODY_44, "x.......x.x.x..."),
    },
    prefers=("claves", "maracas", "bongo", "guitar", "flute"),
)

_SAMBA = Dance(
    name="Samba",
    tempo_bpm=102.8,
    tempo_sd_bpm=18.0,
    clips=86,
    beats_per_bar=2,
    patterns={
        "low": ("o...X...", "x..xX..x", "X..xX..x", "o...X..x"),  # surdo: the weight is on 2
        "back": ("X..X..X.", "x..x..x.|..x.x...", "XooXooXo", "....X..."),  # caixa
        "tick": ("XxxXXxxX", "XoxXXoxX", "XooxXoox", "x.xxx.xx", "x.x.x.x."),
        "bell": (
            "x.x.xx.x|.x.x.xx.",  # tamborim, teleco-teco
            "x..x..x.|..x..x..",  # bossa clave
            "x.x..xx.|x.x.x..x",  # agogo
            "X...x.x.|X...x.x.",
        ),
        "hand": ("xooXxooX", "o.oXo.ox", "..xX..x.", "....X.oo"),
        "hand_low": ("......xx", "....X...", "....x..x"),
        "bass": ("1..15..5", "1...5...", "1..15...", "1..1...5"),
        "chord": ("x..x..x.|.x..x.x.", "x.x..x.x|.x.x..x.", "..x...x.", "x..x..x.", "X......."),
        "melody": ("x...x...", "x.......", "x..x..x.", "x.x..x..", "..x.x.x.", "x..xx..."),
    },
    prefers=("surdo", "shaker", "agogo", "tambourine", "guitar"),
    swing=(0.49, 0.51),
    bars_per_chord=(1, 2, 2, 4),
)

_TANGO = Dance(
    name="Tango",
    tempo_bpm=127.1,
    tempo_sd_bpm=4.0,
    clips=86,
    beats_per_bar=4,
    patterns={
        "low": ("X.......x.......", "X...x...x...x...", "X.....X.....X...", "X.......x...x..."),
        "back": ("X...x...X...x.oo", "............x.oo", "X...X...X...Xooo", "..............oo"),
        "tick": ("x...x...x...x...", "....x.......x...", "x...x...x...x.x.", "x.o.x.o.x.o.x.o."),
        "bell": ("X.....X.....X...", "X.....x.X...x...", "x.......x......."),  # 3-3-2; habanera
        "hand": ("X.....x.X...x...", "x...x...x...x...", "x.....x.....x..."),
        "hand_low": ("X.......x.......", "............x.x.", "X.....X.....X..."),
        "bass": ("1...5...1...5...", "1...1...1...1...", "1.....1.5...5...", "1.......5...5.5."),
        "chord": (
            "X...x...X...x...",  # marcato
            "X...X...X...X...",
            "X.x...x.X...x...",  # sincopa
            "X.....X.....X...",
            "....x.......x...",
        ),
        "melody": (*_MELODY_44, "x..xx.x.x...x...", "x.x.x.x.x......."),
    },
    prefers=("accordion", "strings", "snare", "piano", "violin"),
    minor=0.6,
    drumless=0.22,
)

_JIVE = Dance(
    name="Jive",
    tempo_bpm=166.5,
    tempo_sd_bpm=14.5,
    clips=60,
    beats_per_bar=4,
    patterns={
        "low": ("X.......X.......", "X...x...X...x...", "X.......X.x.....", "X.....x.X......."),
        "back": ("....X.......X...", "....X.......X.x.", "....X..o....X..."),
        "tick": ("x...x.o.x...x.o.", "x.x.x.x.x.x.x.x.", "x...x...x...x...", "X.o.X.o.X.o.X.o."),
        "bell": ("....x.......x...", "x...x...x...x...", "......x.......x."),
        "hand": ("....X.......X...", "x.....x.....x...", "....X.o.....X.o."),
        "hand_low": ("X.......x.......", "......x.x.......", "............x.x."),
        "bass": ("1...3...5...6...", "1.1.3.3.5.5.6.6.", "1...5...6...5...", "1.......5......."),
        "chord": ("......x.......x.", "....x.......x...", "X.x.X.x.X.x.X.x.", "x.....x........."),
        "melody": (*_MELODY_44, "x.x.x.x.x.......", "......x.x.x.x..."),
    },
    prefers=("ride", "clap", "brass", "guitar", "piano"),
    swing=(0.56, 0.67),
    minor=0.25,
    bars_per_chord=(1, 2, 2),
)

_QUICKSTEP = Dance(
    name="Quickstep",
    tempo_bpm=201.7,
    tempo_sd_bpm=11.6,
    clips=82,
    beats_per_bar=4,
    patterns={
        "low": ("X.......X.......", "X...o...X...o...", "X.......x.......", "o...o...o...o..."),
        "back": ("....x.......x...", "o...X.o.o...X.o.", "....X.......X..."),
        "tick": ("....x.......x...", "x...X.o.x...X.o.", "x...x...x...x...", "x...x.o.x...x.o."),
        "bell": ("....x.......x...", "x.......x.......", "X.....x.....x..."),
        "hand": ("....x.......x...", "o...x...o...x...", "x.....x.....x..."),
        "hand_low": ("X.......X.......", "x.......x......."),
        "bass": ("1.......5.......", "1.......5.......", "1...3...5...6...", "1.......5...3..."),
        "chord": ("....x.......x...", "X.....x.....x...", "......x.....x...", "x...x...x...x..."),
        "melody": (*_MELODY_44, "x.....x.....x...", "x.....x........."),
    },
    prefers=("brush", "hat", "brass", "clarinet", "piano"),
    swing=(0.54, 0.65),
    minor=0.2,
    bars_per_chord=(1, 2, 2),
)

_WALTZ = Dance(
    name="Waltz",
    tempo_bpm=86.1,
    tempo_sd_bpm=4.4,
    clips=110,
    beats_per_bar=3,
    patterns={
        "low": ("X...........", "X.......o...", "X.........o."),
        "back": ("....x...x...", "........x...", "....o...x..."),
        "tick": ("....x...x...", "X...x...x...", "x.o.x.o.x.o.", "x...x.o.x.o."),
        "bell": ("x...........", "....x...x...", "x...x...x..."),
        "hand": ("....x...x...", "x...o...o...", "x.....x.x..."),
        "hand_low": ("X...........", "........x.x."),
        "bass": ("1...........", "1.......5...", "1...5...5...", "1...........|5..........."),
        "chord": ("....x...x...", "a.a.a.a.a.a.", "X...........", "....x...x.x.", "X...x...x..."),
        "melody": (*_MELODY_34, "x...x.x.x.x."),
    },
    prefers=("strings", "piano", "brush", "ride", "flute"),
    drumless=0.28,
)

_VIENNESE_WALTZ = Dance(
    name="VienneseWaltz",
    tempo_bpm=178.2,
    tempo_sd_bpm=2.3,
    clips=65,
    beats_per_bar=3,
    patterns={
        "low": ("X...........", "X...........|x...........", "X.......o..."),
        "back": ("....x...x...", "....x...o...", "....X......."),
        "tick": ("....x...x...", "x...x...x...", "....x...x.o."),
        "bell": ("x...........", "X...........|............", "....x...x..."),
        "hand": ("....x...x...", "X...o...o...", "X..........."),
        "hand_low": ("X...........", "X...........|x..........."),
        "bass": ("1...........", "1...........|5...........", "1.......5..."),
        "chord": ("....x...x...", "....x...o...", "X...x...x...", "a...a...a..."),
        "melody": (*_MELODY_34[:4], "x...........|x.......x..."),
    },
    prefers=("strings", "accordion", "snare", "flute", "brass"),
    early_second_beat=(0.0, 0.14),  # the Viennese lilt: beat 2 comes before its time
    drumless=0.2,
    bars_per_chord=(2, 2, 4),
)

DANCES: Mapping[str, Dance] = MappingProxyType(
    {
        dance.name: dance
        for dance in (
            _CHACHACHA,
            _JIVE,
            _QUICKSTEP,
            _RUMBA,
            _SAMBA,
            _TANGO,
            _VIENNESE_WALTZ,
            _WALTZ,
        )
    }
)
"""The eight classes, in alphabetical order."""
