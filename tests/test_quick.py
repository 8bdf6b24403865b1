"""Classes whose objects are made and stored quickly are still frozen dataclasses."""

from __future__ import annotations

import copy
import copyreg
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from generator import model, taxonomy
from generator.model.quick import changed, maker, quick


@quick
@dataclass(frozen=True, slots=True)
class Point:
    """Three fields: one without, one with, and one with a made default."""

    x: int
    y: int = 2
    tags: dict[str, int] = field(default_factory=dict)


@quick
@dataclass(frozen=True, slots=True)
class Single:
    """One field alone."""

    value: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """What Point is without being quick."""

    x: int
    y: int = 2
    tags: dict[str, int] = field(default_factory=dict)


def test_made_as_any_dataclass() -> None:
    """Places, names and defaults give the fields; a made default is made for each object."""
    assert repr(Point(1)) == "Point(x=1, y=2, tags={})"
    assert repr(Point(1, tags={"a": 1})) == "Point(x=1, y=2, tags={'a': 1})"
    assert Point(1).tags is not Point(1).tags
    assert type(Point(1)) is Point
    assert str(inspect.signature(Point)) == "(x, y=2, tags=<factory>)".replace("<factory>", ABSENT)


ABSENT = repr(fields(Point)[0].default)


def test_equal_and_hashed_by_value() -> None:
    """Two objects of the same values are one key."""
    assert Point(1) == Point(1, 2)
    assert Point(1) != Point(2)
    assert len({Single((1,)), Single((1,)), Single((2,))}) == 2


def test_frozen() -> None:
    """No field can be set or deleted, and none can be added."""
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 3  # type: ignore[misc] # what is tested
    with pytest.raises(FrozenInstanceError):
        del point.x
    with pytest.raises((AttributeError, TypeError)):
        object.__setattr__(point, "z", 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Point.__new__() missing 1 required positional argument: 'x'"),
        ((1, 2, {}, 4), "Point.__new__() takes from 2 to 4 positional arguments but 5 were given"),
    ],
)
def test_wrong_arguments(arguments: tuple[object, ...], message: str) -> None:
    """A wrong call is refused in the words of any function."""
    with pytest.raises(TypeError) as refused:
        Point(*arguments)  # type: ignore[arg-type] # what is tested
    assert str(refused.value) == message


def test_copied_replaced_and_stored() -> None:
    """Copies and what pickle reads back are equal and of the same class, in every protocol."""
    for one in (Point(1, 3, {"a": 1}), Single((1, 2))):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            back = pickle.loads(pickle.dumps(one, protocol))  # noqa: S301 - our own bytes
            assert (back, type(back)) == (one, type(one))
        assert copy.copy(one) == copy.deepcopy(one) == replace(one) == one
    assert replace(Point(1), y=5) == Point(1, 5)
    assert copy.deepcopy(point := Point(1)).tags is not point.tags


def test_stored_form_is_smaller() -> None:
    """A stored object needs no more bytes than that of the same class without the shortcut."""
    many, plain = [Point(n) for n in range(99)], [Plain(n) for n in range(99)]
    assert len(pickle.dumps(many)) <= len(pickle.dumps(plain))


def test_every_class_of_the_model_is_quick() -> None:
    """No class of the model is left to the slow way."""
    classes = [getattr(model, name) for name in model.__all__]
    slow = [cls for cls in classes if hasattr(cls, "__slots__") and "__init__" in vars(cls)]
    assert slow == []


def test_other_classes_are_refused() -> None:
    """Only a slotted dataclass can be quick: another would lose what it does when it is made."""
    with pytest.raises(TypeError, match="a slotted dataclass without __post_init__ expected"):
        quick(dict)


def test_changed_as_any_dataclass() -> None:
    """Some fields are others in a new object of the class; there must be such fields."""
    point = Point(1, tags={"a": 1})
    assert Point(1, 3, {"a": 1}) == changed(point, y=3) == replace(point, y=3)
    assert Single((2,)) == changed(Single((1,)), value=(2,))
    assert point == Point(1, tags={"a": 1})
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        changed(point, z=3)


def test_made_by_a_function() -> None:
    """A maker takes what the class takes and gives what the class gives, defaults included."""
    make = maker(Point)
    assert Point(1) == make(1)
    assert Point(1, 3, {"a": 1}) == make(1, tags={"a": 1}, y=3)
    assert type(make(1)) is Point
    assert make(1).tags is not make(1).tags
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        make()  # type: ignore[call-arg] # what is tested


def test_copied_and_stored_by_its_own_form() -> None:
    """Both ways to ask for the stored form give the same."""
    assert copyreg.dispatch_table[Point](Point(1)) == Point(1).__reduce__()
    assert Point(1) == copy.copy(Point(1)) == copy.deepcopy(Point(1))


def test_words_have_plain_values() -> None:
    """The value of a word is text, finds the word again, and is no word itself."""
    for word in (*taxonomy.Level, *taxonomy.Category, *taxonomy.Facet):
        assert type(word.value) is str
        assert type(word)(word.value) is word
        assert "value" not in type(word).__members__
