import pytest

from earmark.datasets.strong.sounds import Sounds, files_below


@pytest.fixture
def sounds(tmp_path):
    names = (
        "a.wav",
        "a.b.wav",
        "dog/a.wav",
        "s1/audio/1.wav",
        "s2/audio/1.wav",
        "s2/one.flac",
        "both.wav",
        "both.flac",
        ".hidden/h.wav",
        "notes.txt",
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return Sounds(tmp_path)


@pytest.mark.parametrize(
    ("name", "beside", "found"),
    [
        ("a.wav", "", ["a.wav"]),
        ("a.wav", "dog", ["dog/a.wav"]),
        ("a", "", ["a.wav"]),
        ("a.b", "", ["a.b.wav"]),
        ("dog\\a.wav", "", ["dog/a.wav"]),
        ("./dog/../dog/a", "", ["dog/a.wav"]),
        ("one.flac", "", ["s2/one.flac"]),
        ("one", "dog", ["s2/one.flac"]),
        ("1", "", ["s1/audio/1.wav", "s2/audio/1.wav"]),
        ("both", "", ["both.flac", "both.wav"]),
        ("cat/one.flac", "", []),
        ("h", "", []),
        ("notes.txt", "", []),
        ("a.wav\0", "", []),
        ("x" * 5000 + ".wav", "", []),
    ],
)
def test_a_name_finds_its_sound(sounds, name, beside, found):
    assert sounds.find(name, beside) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("dog/a", ["dog/a.wav"]),
        ("s1/labels/1", ["s1/audio/1.wav"]),
        ("s2/audio/1.wav", ["s2/audio/1.wav"]),
        ("labels/1", ["s1/audio/1.wav", "s2/audio/1.wav"]),
        ("labels/none", []),
    ],
)
def test_a_label_files_own_name_finds_its_sound(sounds, name, found):
    assert sounds.find_own(name) == found


def test_a_path_that_leads_elsewhere_is_kept_with_its_name(tmp_path, sounds):
    elsewhere = tmp_path.parent / f"{tmp_path.name} else.wav"
    elsewhere.touch()
    assert sounds.find(str(elsewhere)) == [elsewhere.as_posix()]
    assert sounds.paths[elsewhere.as_posix()] == elsewhere
    assert sounds.find(str(tmp_path / "dog/a.wav")) == ["dog/a.wav"]


def test_linked_folders_are_read_once_and_loops_end(tmp_path):
    (tmp_path / "root/in").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/x.wav").touch()
    (tmp_path / "root/in/up").symlink_to(tmp_path / "root")
    (tmp_path / "root/link").symlink_to(tmp_path / "out")
    (tmp_path / "root/zlink").symlink_to(tmp_path / "out")
    (tmp_path / "root/gone.wav").symlink_to(tmp_path / "nowhere.wav")
    assert files_below(tmp_path / "root") == [tmp_path / "root/link/x.wav"]
    assert files_below(tmp_path / "root", deep=False) == []
