"""Every public function and class says what it does."""

from __future__ import annotations

import ast

from tests.contract.project_files import ROOT, source_files


def public_definitions(tree: ast.Module):
    """Public functions and classes of a module, and the public methods of public classes."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, kinds) and not inner.name.startswith("_"):
                        yield inner


def test_public_definitions_have_docstrings():
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path in source_files("dashboard", "geodata")
        for node in public_definitions(ast.parse((ROOT / path).read_text("utf-8")))
        if not ast.get_docstring(node)
    ]
    assert not silent


def test_modules_have_docstrings():
    silent = [
        str(path)
        for path in source_files("dashboard", "geodata")
        if (text := (ROOT / path).read_text("utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert not silent
