"""Frozen slotted dataclasses that are made, stored and read back in a fraction of the time.

A frozen dataclass sets each field through `object.__setattr__`, and its pickled form through a
loop over `fields()`; a catalogue has hundreds of such objects for every tool. `quick` gives a class
a constructor that fills an open twin, a subclass, and then says that it is the class, and one flat
tuple as its pickled form. What a class is stays the same: frozen, equal by value, with the same
signature. Used by the model and by the classes of which rooms make the most.
"""

from __future__ import annotations

import copyreg
import sys
from dataclasses import MISSING, Field, fields, is_dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Class = TypeVar("Class", bound=type)
Object = TypeVar("Object")
Fields = ParamSpec("Fields")

_TWINS: dict[type, type] = {}
"""The open twin of every quick class."""


def quick(cls: Class) -> Class:
    """Return the frozen slotted dataclass with a quick constructor and a quick pickled form."""
    if not is_dataclass(cls) or "__slots__" not in vars(cls) or hasattr(cls, "__post_init__"):
        raise TypeError(f"a slotted dataclass without __post_init__ expected, got {cls.__name__}")
    made_of = fields(cls)
    names = tuple(field.name for field in made_of)
    places = {name: place for place, name in enumerate(names)}
    values = _reader(names)

    def reduced(self: object) -> tuple[type, tuple[Any, ...]]:
        return cls, values(self)

    def replaced(self: object, /, **changes: object) -> object:
        row = list(values(self))
        for name, value in changes.items():
            if name not in places:
                raise TypeError(f"{cls.__name__} got an unexpected keyword argument {name!r}")
            row[places[name]] = value
        return cls(*row)

    _TWINS[cls] = _twin(cls)
    made = _constructor(cls, made_of)
    # With __new__ and without __init__ a call makes the object in one step.
    del cls.__init__
    cls.__new__ = made  # type: ignore[method-assign] # same signature
    cls.__reduce__ = reduced  # type: ignore[method-assign] # pickle takes this
    copyreg.pickle(cls, reduced)  # and looks here before it asks the object
    cls.__replace__ = replaced  # type: ignore[attr-defined] # `changed` takes this
    return cls


def changed(one: Object, /, **changes: object) -> Object:
    """Return a quick object with some fields changed, as `dataclasses.replace` does but quickly."""
    found: Object = one.__replace__(**changes)  # type: ignore[attr-defined] # of a quick class
    return found


def maker(cls: Callable[Fields, Object]) -> Callable[Fields, Object]:
    """Return a function that makes objects of a quick class from the same arguments.

    Calling a class, Python packs the arguments and unpacks them again, which costs more than the
    object itself where fields are given by name; a function takes them as they are. For the few
    places that make an object for every parameter or every signal of a catalogue.
    """
    found = cast("type", cls)
    return _function("make", found, fields(found))


def all_quick(found: Iterable[object]) -> None:
    """Make every dataclass among these quick."""
    for cls in found:
        if isinstance(cls, type) and is_dataclass(cls):
            quick(cls)


def module_quick(name: str) -> None:
    """Make every dataclass that a module defines quick; a module calls it at its end."""
    found = vars(sys.modules[name]).values()
    all_quick(cls for cls in found if getattr(cls, "__module__", "") == name)


def reader(cls: type) -> Callable[[object], tuple[Any, ...]]:
    """Return what reads all fields of an object of a dataclass, in the order of its making."""
    return _reader(tuple(field.name for field in fields(cls)))


def _reader(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    """Return what reads all fields of an object; `attrgetter` gives no tuple for one name."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda found: tuple(getattr(found, name) for name in names)


def _twin(cls: type) -> type:
    """Return a subclass whose slots may be set; being one, it need not be compared slot by slot.

    It is made before the class gets a constructor, so that calling it makes an empty object.
    """
    from_object = ("__new__", "__init__", "__setattr__", "__delattr__")
    own = {name: getattr(object, name) for name in from_object}
    return type(cls.__name__, (cls,), {"__slots__": (), **own})


def _constructor(cls: type, made_of: tuple[Field[Any], ...]) -> Callable[..., Any]:
    made = _function("__new__", cls, made_of, ["cls"])
    made.__qualname__ = f"{cls.__qualname__}.__new__"
    return made


def _function(
    called: str, cls: type, made_of: tuple[Field[Any], ...], first: Iterable[str] = ()
) -> Callable[..., Any]:
    """Return the function that makes objects of a class; it takes `first` and the fields."""
    known: dict[str, Any] = {"cls": cls, "twin": _TWINS[cls], "absent": MISSING}
    heads, lines = list(first), []
    for field in made_of:
        name, value = field.name, field.name
        if field.default is not MISSING:
            known[f"default_{name}"] = field.default
            name += f"=default_{field.name}"
        elif field.default_factory is not MISSING:
            known[f"make_{name}"] = field.default_factory
            name += "=absent"
            value = f"make_{field.name}() if {field.name} is absent else {field.name}"
        heads.append(name)
        lines.append(f"    self.{field.name} = {value}")
    body = "\n".join(["    self = twin()", *lines, "    self.__class__ = cls", "    return self"])
    source = f"def {called}({', '.join(heads)}):\n{body}\n"
    exec(source, known)  # noqa: S102 - as `dataclass` does: our own field names, no other text
    made: Callable[..., Any] = known[called]
    made.__module__ = cls.__module__
    return made
