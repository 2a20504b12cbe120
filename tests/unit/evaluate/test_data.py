"""Data files: rows with types, cells with places."""

from __future__ import annotations

import ipaddress

from tests.unit.fronts import GROUND, codes, compiled, front_of, names_in, value_of

TYPE = "type server = { name: string  role: ctl | cmp  unit: int?  ip: ip }\n"
READ = TYPE + 'let rows: list(server) = csv("s.csv", key = "name")\n'
CSV = "name,role,unit,ip\na,ctl,4,10.0.0.1\nb,cmp,,10.0.0.2\n"


def test_cells_are_read_as_the_types_of_their_columns():
    it = value_of(READ + "let it = [for r in rows: r.ip]", {"s.csv": CSV})
    assert it == (ipaddress.ip_address("10.0.0.1"), ipaddress.ip_address("10.0.0.2"))


def test_an_empty_cell_of_an_optional_column_is_absent():
    assert value_of(READ + "let it = [for r in rows: r.unit ?? 0]", {"s.csv": CSV}) == (4, 0)


def test_columns_that_the_type_does_not_name_are_left_alone():
    files = {"s.csv": "note,name,role,unit,ip\nx,a,ctl,4,10.0.0.1\n"}
    assert value_of(READ + "let it = count(rows)", files) == 1


def test_a_semicolon_separates_where_the_header_has_more_of_them():
    files = {"s.csv": CSV.replace(",", ";")}
    assert value_of(READ + "let it = count(rows)", files) == 2


def test_quoted_cells_hold_separators_and_newlines():
    text = 'let rows = csv("s.csv")\nlet it = rows[0].note'
    assert value_of(text, {"s.csv": 'name,note\na,"x, ""y""\nz"\n'}) == 'x, "y"\nz'


def test_without_a_type_every_cell_is_text():
    assert value_of('let it = csv("s.csv")[0].unit', {"s.csv": CSV}) == "4"


def test_json_and_yaml_give_typed_rows_at_a_path():
    text = (
        "let it = [for x in rows: x.prefix]\n"
        'let rows: list({ prefix: cidr }) = json("n.json", at = "results")'
    )
    files = {"n.json": '{"results": [{"prefix": "10.9.0.0/24"}]}'}
    assert value_of(text, files) == (ipaddress.ip_network("10.9.0.0/24"),)


def test_untyped_documents_are_plain_values():
    files = {"n.yaml": "a: [1, 2]\nb: {c: x}\n"}
    assert value_of('let it = yaml("n.yaml").b.c', files) == "x"


def test_the_key_of_a_row_is_the_identity_of_its_host():
    text = GROUND + READ + "hosts h[for s in rows] like hosts.node { name = s.name }"
    before = front_of(text, {"s.csv": CSV})
    inserted = CSV.replace("a,ctl", "new,ctl,1,10.0.0.9\na,ctl")
    after = front_of(text, {"s.csv": inserted})
    assert set(names_in(after, "hosts.h")) - set(names_in(before, "hosts.h")) == {"new"}
    assert set(before.model.host) <= set(after.model.host)


def test_a_fault_of_a_member_points_at_its_cell():
    text = GROUND + READ + "hosts h[for s in rows] like hosts.node { name = s.name }"
    _, found = compiled(text, {"s.csv": CSV.replace("b,", "Not_A_Name,")})
    assert [(d.span.source.path, d.span.line, d.span.column) for d in found if d.span] == [
        ("s.csv", 3, 1)
    ]


def test_every_faulty_cell_is_reported_in_one_run():
    files = {"s.csv": "name,role,unit,ip\na,x,y,z\n"}
    assert codes(READ, files) == ["OIB3007", "OIB3007", "OIB3007"]
