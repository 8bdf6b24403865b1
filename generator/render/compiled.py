"""Templates to Python that does less: the same bytes as the general compiler of jinja2 gives.

The templates stay plain; only what they become is plainer. An attribute is an attribute, a macro is
a function, and what is printed is bytes from the start: a text is escaped and encoded where it is
printed, so that a page is put together once, without a second look at any character. Used by
`html.py`, whose environment names what the compiled code calls: `known`, `printed`, `placed`,
`macros`, `function`, `kept` and `by_name`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, find_undeclared
from jinja2.utils import missing

from generator.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import FunctionType

    from jinja2.compiler import Frame, MacroRef


KEPT = "macros/kept.html"
"""Whose macros are asked for the same objects by page after page."""
_KEPT_PARTS = 256


class Generator(CodeGenerator):
    """Writes the code of one template.

    Each printed value is one of the known texts, markup, or goes to `printed`, which escapes it. A
    name that a page type lacks is an AttributeError, as strict as an undefined variable.
    """

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:  # noqa: ARG002, N802 (jinja2)
        """Refuse to keep what was printed: it is bytes, and nothing could be asked of it."""
        self.fail("a block cannot be set or filtered; use a macro", node.lineno)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:  # noqa: ARG002, N802 (jinja2)
        """Refuse it for the same reason."""
        self.fail("a block cannot be set or filtered; use a macro", node.lineno)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 (jinja2)
        """Write a loop as a loop; where each item stands is known beforehand, for who asks."""
        if node.else_ or node.test or node.recursive:
            super().visit_For(node, frame)
            return
        body = node.iter_child_nodes(only=("body",))
        own, place = frame.inner(), ""
        if find_undeclared(body, ("loop",)):
            place = own.symbols.declare_parameter("loop")
        own.symbols.analyze_node(node, for_branch="body")
        self.writeline("for ", node)
        self.visit(node.target, own)
        self.write(f", {place} in environment.placed(" if place else " in (")
        self.visit(node.iter, frame)
        self.write("):")
        self.indent()
        self.enter_frame(own)
        self.blockvisit(node.body, own)
        self.outdent()
        self.leave_frame(own)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802 (jinja2)
        """Write macros as what the module has; a name that it lacks is an AttributeError."""
        self.writeline("module = ", node)
        self._import_common(node, frame)
        for name in node.names:
            theirs, ours = name if isinstance(name, tuple) else (name, name)
            self.writeline(f"{frame.symbols.ref(ours)} = ")
            if frame.toplevel:
                self.write(f"context.vars[{ours!r}] = ")
            self.write(f"module.{theirs}")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (jinja2)
        """Write an attribute as an attribute; the general way asks the environment each time."""
        if isinstance(node.node, nodes.Name):
            self.write(frame.symbols.ref(node.node.name))
        else:
            self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(  # noqa: N802 (jinja2)
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # noqa: FBT001, FBT002 (jinja2)
    ) -> None:
        """Write a call as a call: templates call their macros, which ask for nothing else."""
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            self.fail("a macro is called with its arguments alone", node.lineno)
        if isinstance(node.node, nodes.Name) and node.node.name == "super":
            self.fail("a block takes the place of another as a whole", node.lineno)
        self.write("environment.by_name(" if node.kwargs else "(")
        self.visit(node.node, frame)
        self.write(")(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        """Write an import as the module it is: macros know their arguments and nothing else."""
        if node.with_context:
            self.fail("a macro knows its arguments alone, not the context", node.lineno)
        self.write("environment.macros(")
        self.visit(node.template, frame)
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:  # noqa: ARG002 (jinja2)
        """Leave a macro the function that it is; the general way wraps it in an object."""
        names = [argument.name for argument in macro_ref.node.args]
        kind = "kept" if self.name == KEPT else "function"
        self.write(f"environment.{kind}(macro, {names!r})")

    def return_buffer_contents(
        self,
        frame: Frame,
        force_unescaped: bool = False,  # noqa: ARG002, FBT001, FBT002 (jinja2)
    ) -> None:
        """Write what a macro returns: bytes, which are printed as they are."""
        super().return_buffer_contents(frame, force_unescaped=True)

    def blockvisit(self, found: Iterable[nodes.Node], frame: Frame) -> None:
        """Gather what a template or block prints as one piece; the general way yields each part."""
        is_outermost = frame.rootlevel or (frame.block_frame and frame.block)
        if frame.buffer is not None or not is_outermost or frame.require_output_check:
            super().blockvisit(found, frame)
            return
        self.buffer(frame)
        super().blockvisit(found, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def write_commons(self) -> None:
        """Write what each function begins with, and short names for what each value needs."""
        super().write_commons()
        self.writeline("known, printed = environment.known, environment.printed")

    def _output_const_repr(self, group: Iterable[Any]) -> str:
        """Return text of the template as it stands in the code."""
        return repr("".join(map(str, group)).encode())

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """Write what stands before a value; `_output_child_post` writes the rest."""
        if finalize.src or frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            self.fail("every value is escaped, and nothing else happens to it", node.lineno)
        if not isinstance(node, nodes.Call):
            self.write("(known[shown] if type(shown := ")

    def _output_child_post(
        self,
        node: nodes.Expr,
        frame: Frame,  # noqa: ARG002 (jinja2)
        finalize: CodeGenerator._FinalizeInfo,  # noqa: ARG002 (jinja2)
    ) -> None:
        """Print what a macro made and markup as they are, our texts as known, others escaped."""
        if not isinstance(node, nodes.Call):
            self.write(") is str else shown.encode() if type(shown) is Markup else printed(shown))")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item of a loop stands."""

    index: int
    first: bool
    last: bool


def placed(found: Sequence[Any]) -> Iterable[tuple[Any, Place]]:
    """Return the items of a loop, each with its place."""
    return zip(found, _places(len(found)), strict=True)


@lru_cache(maxsize=256)
def _places(count: int) -> tuple[Place, ...]:
    return tuple(Place(index, index == 1, index == count) for index in range(1, count + 1))


def function(macro: FunctionType, names: list[str]) -> FunctionType:
    """Return a macro whose parameters may be left out; the template says what they are then."""
    macro.__defaults__ = (missing,) * len(names)
    macro.names = names  # type: ignore[attr-defined] # a function may carry more
    return macro


def kept(macro: Callable[[Any], bytes], names: list[str]) -> Callable[[Any], bytes]:
    """Return a macro that prints the same object once: what is the same for many pages."""
    if len(names) != 1:
        raise TypeError(f"a macro of {KEPT} takes one object, got {', '.join(names) or 'nothing'}")
    return Latest(macro, _KEPT_PARTS)


def by_name(macro: FunctionType) -> Callable[..., bytes]:
    """Return a macro as what takes its arguments by the names in the template."""
    names: list[str] = macro.names  # type: ignore[attr-defined] # `function` put them there

    def called(*given: Any, **named: Any) -> bytes:  # noqa: ANN401 (whatever a template passes)
        rest = [named.pop(name, missing) for name in names[len(given) :]]
        if named:
            raise TypeError(f"a macro takes {', '.join(names)}, got {next(iter(named))}")
        found: bytes = macro(*given, *rest)
        return found

    return called
