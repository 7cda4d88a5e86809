"""Each set's made-up tree, of the shape of the real one, is laid out as its page says."""

import pytest

from earmark.datasets import Dataset
from earmark.datasets.official import official_of
from earmark.datasets.public import PUBLIC_SETS, list_public
from earmark.datasets.public.get import get_public

US8K = "slice_file_name,fsID,start,end,salience,fold,classID,class\n"
ESC = "filename,fold,target,category,esc10,src_file,take\n"
MEDLEY = "subset,instrument,instrument_id,song_id,uuid4\n"
FOLD1 = "filename\tscene_label\n"


def published(name, tree):
    """A small tree of the shape of each set."""
    if name == "ballroom":
        return tree(
            "BallroomData/ChaChaCha/Media-103402.wav",
            "BallroomData/Rumba-Misc/Albums-Cafe_Paradiso-05.wav",
            "BallroomData/Waltz/Albums-Secret_Garden-01.wav",
            "BallroomData/nada/x.wav",
            **{"BallroomData/allBallroomFiles": "x", "truth/Media-103402.bpm": "124.000\n"},
        )
    if name == "gtzan":
        return tree("genres/blues/blues.00000.wav", "genres/jazz/jazz.00001.au", "genres/x/x.wav")
    if name in ("esc10", "esc50"):
        rows = "1-100-A-0.wav,1,0,dog,True,100,A\n2-7-A-42.wav,2,42,siren,False,7,A\n"
        names = [f"ESC-50-master/audio/{row.split(',')[0]}" for row in rows.splitlines()]
        return tree(*names, **{"ESC-50-master/meta/esc50.csv": ESC + rows})
    if name == "urbansound8k":
        rows = "7-3-0-0.wav,7,0,4,1,10,3,dog_bark\n9-8-0-1.wav,9,0,4,1,2,8,siren\n"
        return tree(
            "UrbanSound8K/audio/fold10/7-3-0-0.wav",
            "UrbanSound8K/audio/fold2/9-8-0-1.wav",
            **{"UrbanSound8K/metadata/UrbanSound8K.csv": US8K + rows},
        )
    if name == "fsdd":
        folder = "free-spoken-digit-dataset-1.0.10/recordings"
        return tree(f"{folder}/7_jackson_4.wav", f"{folder}/0_theo_5.wav")
    if name == "irmas":
        return tree(
            "IRMAS-TrainingData/cel/[cel][cla]0058__1.wav",
            "IRMAS-TrainingData/gac/008__[gac][nod][pop_roc]0110__3.wav",
            "IRMAS-TestingData-Part1/Part1/(02) a song-3.wav",
            **{"IRMAS-TestingData-Part1/Part1/(02) a song-3.txt": "voi\t\ngel\t\n\n"},
        )
    if name == "medley-solos-db":
        rows = "training,clarinet,0,12,aa-bb\ntest,violin,7,200,cc-dd\n"
        return tree(
            "audio/Medley-solos-DB_training-0_aa-bb.wav",
            "audio/Medley-solos-DB_test-7_cc-dd.wav",
            **{"annotation/Medley-solos-DB_metadata.csv": MEDLEY + rows},
        )
    if name == "speech-commands":
        lists = {"validation_list.txt": "yes/0a_nohash_1.wav\n", "testing_list.txt": ""}
        return tree(
            "yes/0a_nohash_1.wav", "no/bb_nohash_0.wav", "_background_noise_/n.wav", **lists
        )
    if name == "tau2019-scenes":
        train, test, out = (f"bus-lyon-{n}-5-a.wav" for n in (1, 2, 3))
        lists = {"fold1_train.csv": train, "fold1_evaluate.csv": test}
        return tree(
            *(f"TAU/audio/{n}" for n in (train, test, out)),
            **{f"TAU/setup/{k}": f"{FOLD1}audio/{v}\tbus\n" for k, v in lists.items()},
        )
    raise AssertionError(name)


WANTED = {
    "ballroom": [
        ("ChaChaCha/Media-103402.wav", "Media-1034", None),
        ("Rumba/Albums-Cafe_Paradiso-05.wav", "Albums-Cafe_Paradiso", None),
        ("Waltz/Albums-Secret_Garden-01.wav", "Albums-Secret_Garden", None),
    ],
    "gtzan": [
        ("blues/blues.00000.wav", "artist-0", "2"),
        ("jazz/jazz.00001.au", "artist-225", "2"),
    ],
    "esc10": [("dog/1-100-A-0.wav", "100", "1")],
    "esc50": [("dog/1-100-A-0.wav", "100", "1"), ("siren/2-7-A-42.wav", "7", "2")],
    "urbansound8k": [("dog_bark/7-3-0-0.wav", "7", "10"), ("siren/9-8-0-1.wav", "9", "2")],
    "fsdd": [("seven/7_jackson_4.wav", "jackson", None), ("zero/0_theo_5.wav", "theo", None)],
    "irmas": [
        ("acoustic_guitar/008__[gac][nod][pop_roc]0110__3.wav", "0110", None),
        ("cello/[cel][cla]0058__1.wav", "0058", None),
    ],
    "medley-solos-db": [
        ("clarinet/Medley-solos-DB_training-0_aa-bb.wav", "song-12", "training"),
        ("violin/Medley-solos-DB_test-7_cc-dd.wav", "song-200", "test"),
    ],
    "speech-commands": [
        ("no/bb_nohash_0.wav", "bb", "train"),
        ("yes/0a_nohash_1.wav", "0a", "validation"),
    ],
    "tau2019-scenes": [
        ("bus/bus-lyon-1-5-a.wav", "lyon-1", "train"),
        ("bus/bus-lyon-2-5-a.wav", "lyon-2", "test"),
    ],
}
FETCHED = [name for name in list_public() if not PUBLIC_SETS[name].made]


@pytest.mark.parametrize("name", FETCHED)
def test_a_tree_as_published_is_laid_out_with_groups_and_folds(name, tree, tmp_path):
    place = tmp_path / "laid out, à l'été"
    got = get_public(name, place, tree=published(name, tree))
    dataset = Dataset.open(got.table)
    assert [(clip.name, clip.group, clip.fold) for clip in dataset.clips] == WANTED[name]
    assert [clip.name.split("/")[0] for clip in dataset.clips] == [c.label for c in dataset.clips]
    for clip in dataset.clips:
        assert clip.path.read_bytes().endswith(clip.path.name.encode())
    assert not dataset.problems
    page = (place / "README.md").read_text()
    about = PUBLIC_SETS[name].about
    assert all(text in page for text in (about.licence, about.page, about.citation[:30]))


@pytest.mark.parametrize("name", list_public())
def test_every_set_says_what_is_to_be_known(name):
    about = PUBLIC_SETS[name].about
    assert about.clips >= len(about.classes) >= 8
    assert len(set(about.classes)) == len(about.classes)
    for text in (about.summary, about.licence, about.split, about.fair_split, about.citation):
        assert text.strip()
        assert "  " not in text
    assert about.hours > 0
    assert PUBLIC_SETS[name].made or (about.download_gb > 0 and about.page.startswith("http"))


@pytest.mark.parametrize("name", ["esc50", "urbansound8k", "medley-solos-db", "tau2019-scenes"])
def test_official_folds_are_found_and_part_no_group(name, tree, tmp_path):
    got = get_public(name, tmp_path / "out", tree=published(name, tree))
    official, note = official_of(Dataset.open(got.table))
    assert official is not None, note


@pytest.mark.parametrize("name", ["esc50", "urbansound8k", "medley-solos-db", "speech-commands"])
def test_a_tree_without_its_list_is_refused(name, tree, tmp_path):
    from earmark.errors import DatasetError

    root = published(name, tree)
    for path in [*root.rglob("*.csv"), *root.rglob("*.txt")]:
        path.unlink()
    with pytest.raises(DatasetError, match=r"no .* below .*is this the whole set, unpacked"):
        get_public(name, tmp_path / "out", tree=root)


def test_the_test_part_of_irmas_has_a_table_of_its_own(tree, tmp_path):
    place = tmp_path / "out"
    got = get_public("irmas", place, tree=published("irmas", tree), test_part=True)
    assert (place / "test.csv").read_text().splitlines() == [
        "path,group,labels",
        ".test/(02) a song-3.wav,(02) a song,electric_guitar;voice",
    ]
    assert (place / ".test" / "(02) a song-3.wav").is_file()
    assert got.clips == len(Dataset.from_folder(place).clips) == 2


@pytest.mark.data
def test_real_digits_are_those_that_are_known(real_data, tmp_path):
    from earmark.datasets.public.about import Listener

    said = []

    class Heard(Listener):
        def message(self, text):
            said.append(text)

    got = get_public("fsdd", tmp_path / "out", tree=real_data("fsdd"), listener=Heard())
    assert (got.clips, said) == (3000, [])
    assert len(set(Dataset.open(got.table).groups)) == 6
