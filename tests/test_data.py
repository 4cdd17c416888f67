"""The data: the digits as they were published, shapes from a seed, and a learner's own CSV."""

import io
import re
from pathlib import Path

import numpy as np
import pytest

from lessons.maths.data.csv_file import read_csv
from lessons.maths.data.dataset import Data, of_classes, split
from lessons.maths.data.digits import digits
from lessons.maths.data.toy import circles, moons, noisy_line, spirals

# -- the digits -------------------------------------------------------------------------------


def test_the_digits_are_those_that_were_published() -> None:
    data = digits()
    assert data.x.shape == (1797, 64) and data.y.shape == (1797, 10)
    assert data.classes == tuple("0123456789")
    assert np.bincount(data.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    ink = data.x * 16
    assert ink.min() == 0 and ink.max() == 16 and (ink == ink.round()).all()
    # The first line of the published file, and sums over all of it, read off the original.
    first = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0]
    assert ink[0, :24].tolist() == first and data.labels[:10].tolist() == list(range(10))
    assert ink.sum() == 561718
    assert (ink.sum(axis=0) * np.arange(64)).sum() == 17660653
    assert (ink.sum(axis=1) * data.labels).sum() == 2525954


def test_the_digits_say_whose_they_are() -> None:
    source = digits().source
    beside = (Path(__file__).parent.parent / "lessons/maths/data/digits.txt").read_text("utf-8")
    for words in ("E. Alpaydin", "C. Kaynak", "CC BY 4.0"):
        assert words in source and words in beside
    assert "(1797, 8, 8)" in beside and "Changed" in beside


def test_one_hot_rows_name_the_label() -> None:
    data = digits()
    assert (data.y.sum(axis=1) == 1).all()
    assert (data.y.argmax(axis=1) == data.labels).all()


def test_two_calls_share_no_array() -> None:
    once, again = digits(), digits()
    once.x[0, 0] = 7
    assert again.x[0, 0] == 0


# -- split ------------------------------------------------------------------------------------


def test_the_parts_have_no_sample_in_common_and_all_together() -> None:
    data = digits()
    train, test = split(data)
    assert (len(train), len(test)) == (1347, 450)
    rows = [row.tobytes() for part in (train, test) for row in part.x]
    assert sorted(rows) == sorted(row.tobytes() for row in data.x)
    for part in (train, test):
        assert (part.y.argmax(axis=1) == part.labels).all()
        share = np.bincount(part.labels) / np.bincount(data.labels)
        assert np.ptp(share) < 0.01


def test_the_same_seed_gives_the_same_parts() -> None:
    first, again, other = (split(moons(), seed=seed)[1].x for seed in (3, 3, 4))
    assert (first == again).all() and (first != other).any()
    held = split(noisy_line(40), test=0.1)[1]
    assert held.x.shape == (4, 1) and held.labels is None


@pytest.mark.parametrize(
    ("test", "said"),
    [(0, "more than 0"), (1.0, "less than 1"), (float("nan"), "is nan"), (0.01, "to test with")],
)
def test_a_split_that_leaves_nothing_is_refused(test: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        split(moons(20), test=test)
    with pytest.raises(TypeError, match="share"):
        split(moons(20), test="a quarter")  # type: ignore[arg-type]


# -- shapes from a seed -----------------------------------------------------------------------

SHAPES = [(moons, 1), (circles, 1), (spirals, 3), (noisy_line, 1)]


@pytest.mark.parametrize(("make", "width"), SHAPES)
def test_a_shape_is_made_from_its_seed(make, width: int) -> None:
    once, again, other = make(61, seed=5), make(61, seed=5), make(61, seed=6)
    assert (once.x == again.x).all() and (once.y == again.y).all()
    assert (once.x != other.x).any()
    assert len(once) == 61 and once.y.shape == (61, width)
    assert np.abs(once.x).max() < 3
    assert "seed 5" in once.source


@pytest.mark.parametrize("make", [moons, circles, spirals])
def test_classes_are_even_and_shuffled(make) -> None:
    data = make(200)
    counts = np.bincount(data.labels)
    assert np.ptp(counts) <= 1 and len(counts) == len(data.classes)
    assert len(set(data.labels[:20].tolist())) == len(data.classes)


def test_without_noise_the_points_lie_on_their_curves() -> None:
    rings = circles(100, noise=0)
    radius = np.hypot(*rings.x.T)
    assert np.allclose(radius, np.where(rings.labels == 0, 1.0, 0.4))
    half = moons(101, noise=0)
    upper = half.x[half.labels == 0] + [0.5, 0.25]
    assert np.allclose(np.hypot(*upper.T), 1) and (upper[:, 1] > -1e-12).all()
    lower = half.x[half.labels == 1] - [0.5, 0.25]
    assert np.allclose(np.hypot(*lower.T), 1) and (lower[:, 1] < 1e-12).all()
    line = noisy_line(noise=0)
    assert np.allclose(line.y, 2 * line.x + 0.5)
    arms = spirals(90, noise=0)
    x = arms.x[arms.labels == 2]
    along = np.hypot(*x.T) / 2
    turned = np.arctan2(x[:, 1], x[:, 0]) - 1.5 * np.pi * along - 4 * np.pi / 3
    assert np.allclose(np.exp(1j * turned), 1)


def test_noise_has_the_size_that_was_asked_for() -> None:
    for make in (moons, circles, spirals):
        moved = make(4000, noise=0.3, seed=1).x - make(4000, noise=0, seed=1).x
        assert abs(moved.std() - 0.3) < 0.01
    moved = noisy_line(4000, noise=0.3).y - noisy_line(4000, noise=0).y
    assert abs(moved.std() - 0.3) < 0.02


def test_two_spirals_are_one_column() -> None:
    assert spirals(20, classes=2).y.shape == (20, 1)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: moons(3), ValueError, "n is 3; give a whole number, 4 or more"),
        (lambda: circles(20.0), TypeError, "n is 20.0"),
        (lambda: spirals(classes=1), ValueError, "classes is 1"),
        (lambda: spirals(classes=9), ValueError, "more than 8"),
        (lambda: moons(noise=-0.1), ValueError, "noise is -0.1"),
        (lambda: moons(noise=float("nan")), ValueError, "noise is nan"),
        (lambda: noisy_line(noise="low"), TypeError, "noise is the text 'low'"),
        (lambda: moons(seed=-1), ValueError, "seed is -1"),
        (lambda: split(moons(), seed=None), TypeError, "seed is None"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(call, error, said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        call()


# -- data of one's own ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([1.0, 2.0], [[1.0]]), "x has the shape (2,)"),
        (([[1.0], [2.0]], [[1.0]]), "x is (2, 1) and y is (1, 1)"),
        (([[1.0], [float("nan")]], [[0.0], [1.0]]), "x[1, 0] is nan, and 1 such entry is"),
        (([[1.0], [2.0]], [[0.0], [float("inf")]]), "y[1, 0] is inf"),
        ((np.zeros((0, 3)), np.zeros((0, 1))), "x is empty, (0, 3)"),
        (([["a"]], [[1.0]]), "x is no table of numbers"),
        (([[1.0], [2.0]], [[0.0], [1.0]], np.array([0, 2]), ("a", "b")), "labels[1] is 2"),
        (([[1.0], [2.0]], [[0.0], [1.0]], np.array([0]), ("a", "b")), "labels is (1,)"),
        (([[1.0], [2.0]], [[0.0], [1.0]], np.array([0.0, 1.0]), ("a", "b")), "float64"),
    ],
)
def test_data_that_does_not_fit_is_refused(arguments, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Data("mine", *arguments)


def test_labels_make_targets() -> None:
    two = of_classes("two", [[1], [2], [3]], np.array([1, 0, 1]), ("no", "yes"))
    assert two.y.tolist() == [[1], [0], [1]] and two.y.dtype == float
    three = of_classes("three", [[1], [2], [3]], np.array([1, 0, 2]), "abc")
    assert three.y.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert repr(three) == "Data('three': x (3, 1), y (3, 3), 3 classes)"
    with pytest.raises(ValueError, match="one class only, 'a'"):
        of_classes("one", [[1]], np.array([0]), "a")


# -- a CSV file -------------------------------------------------------------------------------


def test_scaled_inputs_have_mean_0_and_deviation_1_and_the_held_out_part_goes_along() -> None:
    x = np.array([[5.0, 20.0, 1.0], [7.0, 10.0, 1.0], [6.0, 60.0, 1.0]])
    data = Data("mine", x, np.array([[0.0], [1.0], [1.0]]))
    scaled = data.scaled()
    assert np.allclose(scaled.x[:, :2].mean(axis=0), 0) and np.allclose(
        scaled.x[:, :2].std(axis=0), 1
    )
    assert np.all(scaled.x[:, 2] == 0) and np.array_equal(scaled.y, data.y)
    assert np.array_equal(data.x, x)
    part = data.part([0]).scaled(like=data)
    assert np.array_equal(part.x, scaled.x[:1])
    with pytest.raises(ValueError, match="3 inputs and other has 1"):
        data.scaled(like=Data("other", x[:, :1], data.y))


@pytest.fixture
def csv_of(tmp_path: Path):
    def write(text: str, **how: str) -> Path:
        path = tmp_path / "mine.csv"
        path.write_bytes(text.encode(how.get("encoding", "utf-8")))
        return path

    return write


def test_a_file_with_a_header_and_text_as_target(csv_of) -> None:
    data = read_csv(csv_of("length,width,kind\n5.1,3.5,rose\n4.9,3.0,tulip\n\n6.2,2.8,iris\n"))
    assert data.x.tolist() == [[5.1, 3.5], [4.9, 3.0], [6.2, 2.8]]
    assert data.classes == ("iris", "rose", "tulip")
    assert data.labels.tolist() == [1, 2, 0]
    assert data.y.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert data.name == "mine.csv" and "kind" in data.source


def test_a_file_without_a_header(csv_of) -> None:
    path = csv_of("5.1,3.5,yes\r\n4.9,3.0,no\r\n")
    assert read_csv(path).classes == ("no", "yes")
    assert read_csv(path).y.tolist() == [[1], [0]]
    swapped = csv_of("yes,1,2.5\nno,3,4.5\n")
    assert read_csv(swapped, target="column 1").x.tolist() == [[1, 2.5], [3, 4.5]]


def test_a_target_by_its_name(csv_of) -> None:
    data = read_csv(csv_of("price,rooms,area\n210.5,3,80\n150.25,2,60.5\n"), target="price")
    assert data.x.tolist() == [[3, 80], [2, 60.5]]
    assert data.y.tolist() == [[210.5], [150.25]]
    assert data.labels is None and data.classes == ()


def test_whole_numbers_are_classes_while_they_are_few(csv_of) -> None:
    few = read_csv(csv_of("".join(f"{i}.5,{10 * (i % 3)}\n" for i in range(30))))
    assert few.classes == ("0", "10", "20") and few.labels[:4].tolist() == [0, 1, 2, 0]
    large = read_csv(csv_of("size,code\n1,1000000\n2,1000001\n3,1000000\n"))
    assert large.classes == ("1000000", "1000001") and large.labels.tolist() == [0, 1, 0]
    many = read_csv(csv_of("".join(f"{i}.5,{i}\n" for i in range(30))))
    assert many.labels is None and many.y[3, 0] == 3


def test_quotes_semicolons_tabs_and_a_byte_order_mark(csv_of) -> None:
    data = read_csv(csv_of('\ufeff"size, cm";kind\r\n1.5;"a; ""b""\nc"\r\n2;d\r\n'))
    assert data.classes == ('a; "b"\nc', "d") and data.x.tolist() == [[1.5], [2]]
    assert read_csv(csv_of("size\tkind\n1,5\ta\n".replace(",", ".") + "2\tb\n")).x[0, 0] == 1.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "mine.csv is empty"),
        (" \n\n", "mine.csv is empty"),
        ("a,b\n", "a header and no samples"),
        ("1\n2\n", "one column"),
        ("age,kind\n30,a\nforty,b\n", "line 3, column 'age' is the text 'forty'"),
        ("age,kind\n30,a\n\n\n1_0,b\n", "line 5, column 'age' is the text '1_0'"),
        ('age,kind\n30,"a\nb"\nold,b\n', "line 4, column 'age' is the text 'old'"),
        ("age;kind\n1,5;a\n", "decimals with a point, 1.5"),
        ("age,kind\n30,a\n,b\n", "line 3, column 'age': the value is missing, the cell is empty"),
        ("age,kind\nNA,a\n2,b\n", "line 2, column 'age': the value is missing, only 'NA'"),
        ("age,kind\n3,a\n2,?\n", "line 3, column 'kind': the value is missing, only '?'"),
        ("age,kind\n3,a\nnan,b\n", "the value is missing, only 'nan'"),
        ("age,kind\n3,a\ninf,b\n", "column 'age' is inf; give it a finite number"),
        ("age,y\n3,1.5\n4,-inf\n", "column 'y' is -inf"),
        ("age,kind\n3,a\n4,b,c\n5,a\n", "line 3 has 3 cells, and most lines have 2: '4,b,c'"),
        ("age,kind\n3,a\n4\n", "line 3 has 1 cells, and most lines have 2"),
        ("age,kind\n3,a\n4,a\n", "one class only, 'a'"),
        ("age,y\n3,1\n4,1\n", "one class only, '1'"),
        ("age,y\n3,1.5\n4,high\n5,2.5\n", "line 3, column 'y' is 'high', and other lines have"),
        (",age,kind\n0,3,a\n1,4,b\n", "line 1: column 1 has no name"),
        ("age,age,kind\n0,3,a\n1,4,b\n", "two columns are called 'age'"),
        ('age,kind\n3,"a\n4,b\n', "is a quote left open?"),
        ("age,2020\n3,a\n", "one class only, 'a'"),
        ("price,kind\n1,234,a\n", "most lines have"),
        ('price,kind\n"1,234",a\n', "write 1234 if the comma parts thousands; if it is a decimal"),
        ('price,kind\n"1,234,567",a\n', "write it without commas, 1234567"),
        ('price,kind\n"1,234.5",a\n', "write it without commas, 1234.5"),
        ("size,kind\n1e999,a\n", "is 1e999, more than a float can hold"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(csv_of, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read_csv(csv_of(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2019,2020,label\n3,4,a\n5,6,b\n", ("2019", "2020", "label")),
        ("0,1,species\n5.1,3.5,rose\n4.9,3.0,iris\n", ("0", "1", "species")),
        ("kind,0,1\nrose,5.1,3.5\niris,4.9,3.0\n", ("kind", "0", "1")),
    ],
)
def test_a_header_of_numbers_is_read_as_one_and_that_is_said(csv_of, text, names) -> None:
    path = csv_of(text)
    target = next(name for name in names if not name.isdigit())
    with pytest.warns(UserWarning, match="names of the columns; .* give header=False"):
        data = read_csv(path, target=target)
    assert len(data) == 2 and len(data.classes) == 2
    with pytest.raises(ValueError, match="no column"):
        read_csv(path, target=target, header=False)


def test_one_word_above_a_column_of_numbers_makes_a_header(csv_of) -> None:
    data = read_csv(csv_of("2020,size,kind\n3,4,a\n5,6,b\n"))
    assert data.x.tolist() == [[3, 4], [5, 6]] and "kind" in data.source


def test_a_first_sample_is_no_header(csv_of) -> None:
    assert len(read_csv(csv_of("5.1,3.5,yes\n4.9,3.0,no\n5.0,3.1,yes\n"))) == 3
    assert len(read_csv(csv_of("1,2,yes\n4,3,no\n5,3,yes\n"))) == 3


def test_decimal_commas_between_semicolons(csv_of) -> None:
    path = csv_of("1,5;ja\n2,5;nein\n")
    with pytest.raises(ValueError, match=r"write decimals with a point, 1\.5, or give decimal=','"):
        read_csv(path)
    data = read_csv(path, decimal=",")
    assert data.x.tolist() == [[1.5], [2.5]] and data.classes == ("ja", "nein")
    with pytest.raises(ValueError, match="decimal is ';'"):
        read_csv(path, decimal=";")


def test_a_line_that_names_the_delimiter_and_lines_of_comment(csv_of) -> None:
    data = read_csv(csv_of("sep=;\nsize;kind\n1.5;a\n2;b\n"))
    assert data.x.tolist() == [[1.5], [2]]
    data = read_csv(csv_of("# of my own\n\nsize,kind\n# the first two\n1.5,a\n2,b\n"))
    assert data.x.tolist() == [[1.5], [2]]
    with pytest.raises(ValueError, match=r"line 5, column 'size' is the text 'big'"):
        read_csv(csv_of("# of my own\n\nsize,kind\n1.5,a\nbig,b\n"))


def test_a_minus_of_print_is_a_minus(csv_of) -> None:
    data = read_csv(csv_of("size,kind\n\N{MINUS SIGN}1.5,a\n2,b\n"))
    assert data.x.tolist() == [[-1.5], [2]]


def test_a_column_that_names_each_line_is_no_class(csv_of) -> None:
    rows = "".join(f"{i},name {i}\n" for i in range(20_000))
    with pytest.raises(
        ValueError, match=r"20000 different texts on 20000 lines.*name of each line"
    ):
        read_csv(csv_of("size,who\n" + rows))
    few = read_csv(csv_of("size,who\n1,ann\n2,bob\n3,cleo\n"))
    assert few.classes == ("ann", "bob", "cleo")


def test_a_file_that_is_open_is_read_too(csv_of) -> None:
    with csv_of("size,kind\n1.5,a\n2,b\n").open(encoding="utf-8") as file:
        assert read_csv(file).name == "mine.csv"
    assert read_csv(io.StringIO("size,kind\n1.5,a\n2,b\n")).x.tolist() == [[1.5], [2]]
    with csv_of("size,kind\n1.5,a\n").open("rb") as raw, pytest.raises(ValueError, match="as text"):
        read_csv(raw)


def test_a_file_that_cannot_be_read(csv_of, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape("no column 'colour'; its columns are 'a', 'b'")):
        read_csv(csv_of("a,b\n1,2\n"), target="colour")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(ValueError, match="is a folder"):
        read_csv(tmp_path)
    with pytest.raises(ValueError, match="UTF-8"):
        read_csv(csv_of("größe,b\n1,2\n", encoding="latin-1"))
