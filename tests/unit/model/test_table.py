"""The table of shapes says of every kind what its model says."""

from __future__ import annotations

from importlib.resources import files

import pytest

from blueprint import shape
from blueprint.model import KINDS
from blueprint.model.schema import fields_of
from blueprint.model.table import table_text


def test_the_committed_table_is_current():
    committed = files("blueprint").joinpath("shapes.json").read_text(encoding="utf-8")
    assert committed == table_text(), "run `python -m blueprint.model.table`"


def fields(model, known):
    """Every field of a model and of the blocks inside it, with its field in the table."""
    for name, spec in fields_of(model).items():
        yield f"{model.__name__}.{name}", spec, known.fields[name]
        for block, inner in zip(spec.block, known.fields[name].block, strict=True):
            yield from fields(block, inner)


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_read_from_the_table_is_that_of_the_model(kind):
    for path, spec, known in fields(KINDS[kind], shape.KINDS[kind]):
        told = (known.form, known.is_required, known.value_type)
        assert told == (spec.form, spec.is_required, spec.value_type), path
        if spec.form == "choice":
            assert tuple(known.choices) == tuple(spec.choices), path
        if spec.form == "attribute" and not spec.is_required:
            assert known.default == spec.default, path
            assert type(known.default) is type(spec.default), path


def test_what_is_asked_of_a_kind_is_that_of_the_model():
    for kind, model in KINDS.items():
        known = shape.KINDS[kind]
        assert (known.kind, known.scopes) == (model.kind, model.scopes)
        assert (known.columns, known.structural) == (model.columns, model.structural)
