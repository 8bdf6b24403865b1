"""Templates to Python that does less: the same bytes as the general compiler of jinja2 gives.

The templates stay plain; only what they become is plainer. An attribute is an attribute, a macro is
a function, what a block prints is gathered instead of yielded piece by piece, and a value is looked
at once to see whether it must be escaped. Used by `html.py`, whose environment names what the
compiled code calls: `known`, `printed`, `function` and `by_name`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.compiler import CodeGenerator
from jinja2.utils import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FunctionType

    from jinja2 import nodes
    from jinja2.compiler import Frame, MacroRef


class Generator(CodeGenerator):
    """Writes the code of one template.

    Each printed value is markup, one of the known texts, or goes to `printed`, which escapes it. A
    name that a page type lacks is an AttributeError, as strict as an undefined variable.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (jinja2)
        """Write an attribute as an attribute; the general way asks the environment each time."""
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
        self.write("environment.by_name(" if node.kwargs else "(")
        self.visit(node.node, frame)
        self.write(")(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:  # noqa: ARG002 (jinja2)
        """Leave a macro the function that it is; the general way wraps it in an object."""
        names = [argument.name for argument in macro_ref.node.args]
        self.write(f"environment.function(macro, {names!r})")

    def return_buffer_contents(
        self,
        frame: Frame,
        force_unescaped: bool = False,  # noqa: ARG002, FBT001, FBT002 (jinja2)
    ) -> None:
        """Write what a macro returns: markup, since nothing else comes back from the function."""
        super().return_buffer_contents(frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Gather what a template or block prints as one piece; the general way yields each part."""
        is_outermost = frame.rootlevel or (frame.block_frame and frame.block)
        if frame.buffer is not None or not is_outermost or frame.require_output_check:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def write_commons(self) -> None:
        """Write what each function begins with, and short names for what each value needs."""
        super().write_commons()
        self.writeline("known, printed = environment.known, environment.printed")

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """Write what stands before a value; `_output_child_post` writes the rest."""
        if _is_plain(frame, finalize):
            self.write("(shown if type(shown := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """Print markup as it is, anything else escaped."""
        if _is_plain(frame, finalize):
            self.write(") is Markup else known[shown] if type(shown) is str else printed(shown))")
        else:
            super()._output_child_post(node, frame, finalize)


def _is_plain(frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> bool:
    """Return whether escaping is on for certain and is all that happens to a value."""
    known = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
    return known and finalize.src is None


def function(macro: FunctionType, names: list[str]) -> FunctionType:
    """Return a macro whose parameters may be left out; the template says what they are then."""
    macro.__defaults__ = (missing,) * len(names)
    macro.names = names  # type: ignore[attr-defined] # a function may carry more
    return macro


def by_name(macro: FunctionType) -> Callable[..., str]:
    """Return a macro as what takes its arguments by the names in the template."""
    names: list[str] = macro.names  # type: ignore[attr-defined] # `function` put them there

    def called(*given: Any, **named: Any) -> str:  # noqa: ANN401 (whatever a template passes)
        rest = [named.pop(name, missing) for name in names[len(given) :]]
        if named:
            raise TypeError(f"a macro takes {', '.join(names)}, got {next(iter(named))}")
        found: str = macro(*given, *rest)
        return found

    return called
