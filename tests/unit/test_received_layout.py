"""Headers found by name, layouts chosen, cells shaped into our columns, and archives opened within limits."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.received.find_header import find_header
from pipelines.received.open_file import content_kind
from pipelines.received.read_file import FileTable, read_table
from pipelines.received.refusal import Refused
from pipelines.received.shape_rows import check_templates, source_columns
from schemas.source_model import Layout, Source
from tests.unit.received_by_hand import shape_rows

LAYOUT = Layout(
    name="a",
    columns={"school_name": "School Name", "nces_school_id_given": ("NCES ID", "Old ID"), "city": "City"},
    required=("school_name", "nces_school_id_given"),
    ignore=("Phone*", "County Name*"),
)
CSV = b"School Name,NCES ID,City\nA High,010000500870,Here\n"


def source_with(*layouts: Layout, **other: object) -> Source:
    return Source.model_validate(
        {"source": "x", "title": "x", "produces": "nces_schools", "publisher": "x", "layouts": layouts, **other}
    )


def zipped(**members: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__slash__", "/"), data)
    return body.getvalue()


def shaped(data: bytes, layout: Layout, **other: object) -> list[dict[str, object]]:
    table = read_table(data, (layout,))
    frame = shape_rows(table.grid, table.header, source_with(layout, **other))
    assert set(frame.dtypes.astype(str)) == {"str"}
    return json.loads(frame.to_json(orient="records"))


def refusal_of(data: bytes, *layouts: Layout) -> Refused:
    with pytest.raises(Refused) as refusal:
        read_table(data, layouts)
    return refusal.value


@pytest.mark.parametrize(
    "header",
    [
        b"School Name,NCES ID,City",
        b"\xef\xbb\xbfschool name , NCES  id,CITY",
        b'"School\nName",NCES\xc2\xa0ID,City',
        b"Title,,\n\nMore titles,,\nSchool Name,NCES ID,City",
    ],
)
def test_a_header_is_found_by_its_names(header: bytes) -> None:
    table = read_table(header + b"\nA,1,B\n", (LAYOUT,))
    assert table.grid.record(0) == ["A", "1", "B"]
    assert set(table.header.found) == {"school_name", "nces_school_id_given", "city"}


def test_columns_are_found_in_any_order_and_unknown_ones_are_named() -> None:
    data = b"Phone (work),City,Teacher of CS,Old ID,School Name,County Name*\n1,2,3,4,5,6\n"
    header = read_table(data, (LAYOUT,)).header
    assert header.unknown == ("Teacher of CS",)
    assert header.found == {"school_name": "School Name", "nces_school_id_given": "Old ID", "city": "City"}


@pytest.mark.parametrize(
    ("data", "rule_id", "sentence"),
    [
        (b"a,b,c\n1,2,3\n", "F07", "School Name, NCES ID"),
        (b"A High,010000500870,Here\nB High,010000500871,There\n", "F07", "none of the first 2 rows"),
        (b"x\n" * 20 + CSV, "F07", "none of the first 20 rows"),
        (b"School Name,Place,City\nA,B,C\n", "F09", "lacks the required columns NCES ID or Old ID"),
        (b"School Name,NCES ID,School name\nA,1,B\n", "F08", "'School name' stands twice"),
        (b"School Name,NCES ID,,City\nA,1,,B\n", "F08", "column 3 of the header has no name"),
        (b"School Name,NCES ID,City,\nA,1,B,C\n", "F08", "column 4 of the header has no name, and has values"),
        (b"School Name;NCES ID;City\nA;1;B\n", "F03", "separated by a semicolon; the source declares a comma"),
        (b"School Name\tNCES ID\tCity\nA\t1\tB\n", "F03", "separated by a tab"),
        (b"School Name|NCES ID|City\nA|1|B\n", "F03", "separated by a bar"),
        (b"School Name,NCES ID,City\nX,A,1,B\nX,C,2,D\n", "F10", "expected 3, found 4"),
        (b"School Name,NCES ID,City\nA,1,B,\nC,2,D,\n", "F10", "expected 3, found 4"),
        (b"School Name,NCES ID,City\n", "F19", "a header and no rows"),
        (b"School Name,NCES ID,City\n,,\nTotal,,\n", "F19", "a header and no rows"),
        (b"School Name,NCES ID,City\nA,1,B\nC,2", "F21", "row 3, the last, has 2 of 3 fields and no line end"),
        (b'School Name,NCES ID,City\nA,"1,B\n', "F21", "quote opened in row 2"),
        (b"<html><body><table></table></body></html>", "F03", "an HTML page; the source declares delimited text"),
        (b"\n <TABLE><tr></tr></TABLE>", "F03", "an HTML page"),
        (b"%PDF-1.7", "F03", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "F03", "an Excel workbook"),
        (b"PAR1....", "F03", "a Parquet file"),
        ("School Name,NCES ID,City\nA,1,B\n".encode("utf-16-le"), "F05", "without a byte order mark"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(data: bytes, rule_id: str, sentence: str) -> None:
    refusal = refusal_of(data, LAYOUT)
    assert refusal.rule_id == rule_id
    assert sentence in refusal.sentence


def test_a_refusal_never_quotes_a_row() -> None:
    for data in (b"CANARY,x,y\nCANARY,x,y\n", b"School Name,NCES ID,City\nCANARY,x,y,z\n", b"CANARY;School Name\n"):
        assert "CANARY" not in refusal_of(data, LAYOUT).sentence


@pytest.mark.parametrize("data", [b"School Name,NCES ID,City,,\nA,1,B,,\n", b"School Name,NCES ID,City,\nA,1,B, \n"])
def test_nameless_columns_without_values_are_no_columns(data: bytes) -> None:
    table = read_table(data, (LAYOUT,))
    assert table.header.names == ("School Name", "NCES ID", "City")
    assert table.header.unknown == ()


def test_the_layout_that_fits_is_taken_and_the_closest_one_reported() -> None:
    other = Layout(name="b", columns={"school_name": "Name", "city": "Town"}, required=("school_name", "city"))
    assert read_table(b"Town,Name\nA,B\n", (LAYOUT, other)).header.layout.name == "b"
    assert "Town" in refusal_of(b"Name,x\nA,B\n", LAYOUT, other).sentence
    assert refusal_of(b"School Name,x\nA,B\n", other, LAYOUT).rule_id == "F09"


BARE = Layout(
    name="bare",
    delimiter="|",
    header="absent",
    header_names=("NCESSCH", "NAME", "LAT"),
    columns={"nces_school_id_given": "NCESSCH", "school_name": "NAME"},
)


def test_a_file_without_header_starts_at_row_one() -> None:
    table = read_table(b"010000500870|A|1\n010000500871|B|2\n", (BARE,))
    assert list(table.grid.rows) == [1, 2]
    assert table.header.unknown == ("LAT",)
    assert list(read_table(b"ncessch|name|lat\n1|A|2\n", (BARE,)).grid.rows) == [2]
    assert refusal_of(b"1|A\n2|B\n", BARE).rule_id == "F10"
    assert refusal_of(b"1,A,3\n2,B,4\n", BARE).rule_id == "F03"


def test_the_first_spelling_with_a_value_wins() -> None:
    data = b"Old ID,NCES ID,School Name\n1,2,A\n3,,B\n4,unspecified ,C\n,unspecified,D\n"
    rows = shaped(data, LAYOUT)
    assert [row["nces_school_id_given"] for row in rows] == ["2", "3", "4", "unspecified"]
    assert [row["city"] for row in rows] == [None] * 4


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="01234"', "01234"),
        ('"=""01234"""', "01234"),
        ("'001902001", "001902001"),
        ("'09-12", "09-12"),
        ("'Iolani School", "'Iolani School"),
        ("O'Neil", "O'Neil"),
        ("=1+1", "=1+1"),
        ('"=""a"" & ""b"""', 'a" & "b'),
    ],
)
def test_guards_of_spreadsheets_are_taken_off(cell: str, text: str) -> None:
    (row,) = shaped(f"School Name,NCES ID\n{cell},1\n".encode(), LAYOUT)
    assert row["school_name"] == text


def test_ids_are_built_values_translated_and_constants_added() -> None:
    layout = Layout(
        name="wa",
        columns={"school_name": "S", "district": "D", "school": "C", "state": "State", "state_school_id_given": "ID"},
        build={"state_school_id_given": "WA-{district:0>5}-{school:0>4}", "key": "{state}/{key_of}", "key_of": "k{S}"},
        values={"state": {"Washington": "WA"}, "key_of": {"kx": "y"}},
        constants={"country": "USA"},
        required=("state_school_id_given",),
    )
    data = b"S,D,C,State,ID\nA,1109,3075, Washington ,\nB,,3075,Oregon,\nC,unspecified,1,WA,WA-1-2\nD,123456,1,,\n"
    rows = shaped(data, layout)
    assert [r["state_school_id_given"] for r in rows] == ["WA-01109-3075", "", "WA-1-2", "WA-123456-0001"]
    assert [r["state"] for r in rows] == ["WA", "Oregon", "WA", ""]
    assert {r["country"] for r in rows} == {"USA"}
    assert {r["key"] for r in rows} == {None}
    assert "required columns C" in refusal_of(b"S,D,State\nA,1,2\n", layout).sentence
    assert shaped(b"S,D,State,ID\nA,1,2,WA-1-1\n", layout)[0]["state_school_id_given"] == "WA-1-1"


def test_columns_of_all_layouts_are_there() -> None:
    other = Layout(name="b", columns={"zip": "Zip"}, constants={"country": "USA"}, build={"key": "{zip}"})
    source = source_with(LAYOUT, other)
    assert source_columns(source) == ["school_name", "nces_school_id_given", "city", "zip", "country", "key"]
    table = read_table(CSV, (LAYOUT,))
    assert list(shape_rows(table.grid, table.header, source)) == source_columns(source)


@pytest.mark.parametrize(
    ("template", "sentence"), [("{teacher_name_or_id}", "restricted"), ("{zip:>5}", "write"), ("{zip:x}", "write")]
)
def test_a_faulty_template_is_a_defect_of_the_yaml(template: str, sentence: str) -> None:
    layout = Layout(name="b", columns={"zip": "Zip", "teacher_name_or_id": "T"}, build={"key": template})
    with pytest.raises(ValueError, match=sentence):
        check_templates(source_with(layout))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<p>A row that starts with a tag,b\n", "text"),
        (b"\xef\xbb\xbf<!-- x --><html>", "html"),
        (b"<!DOCTYPE html>", "html"),
        (zipped(**{"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}), "workbook"),
        (b"PK\x03\x04broken", "zip"),
    ],
)
def test_the_first_bytes_say_what_it_is(data: bytes, kind: str) -> None:
    assert content_kind(data) == kind


# ---------------------------------------------------------------------------------------------- HTML

HTML = Layout(name="html", reader="html_table", columns=LAYOUT.columns, required=LAYOUT.required)
PAGE = """<html><head><meta charset=windows-1252></head><body><!-- <table> --></table>
<table><tr><td colspan=3>Report</td></tr><tr><td>NOTES: <b>School Name</b></td></tr></table>
<table><TR><TD><b>School Name</b></TD><TH>NCES ID</TH><TD>City</TD></TR>
<tr><td>Caf&eacute; &amp; <br>High</td><td> 010000500870 </td><td>&dagger;</td></tr>
<tr><td>B&nbsp;C</td><td>x</td><td></td></tr>
<tr><td>too</td><td>many</td><td>cells</td><td>here</td></tr></table></body></html>"""


def test_the_table_with_the_columns_is_read() -> None:
    table = read_table(PAGE.encode("cp1252"), (HTML,))
    assert [table.grid.record(at) for at in (0, 1)] == [["Café & High", "010000500870", "†"], ["B\u00a0C", "x", ""]]
    assert list(table.grid.rows) == [4, 5]
    assert [row for row, _ in table.grid.uneven] == [6]


@pytest.mark.parametrize(
    ("page", "rule_id"),
    [
        (PAGE[: PAGE.index("B&nbsp;")], "F21"),
        (PAGE.replace("High", "Hi\0gh"), "F05"),
        (PAGE.replace("NCES ID", "Number"), "F09"),
        (PAGE.replace("</body>", PAGE[PAGE.index("<table><TR>") :]), "F04"),
        (PAGE + PAGE[PAGE.index("<table><TR>") :], "F21"),
        (PAGE.replace("<td> 010", "<td colspan=2> 010").replace("<td>&dagger;</td>", ""), "F14"),
        (PAGE.replace("<td>Caf", "<td rowspan=2>Caf"), "F14"),
        ("<html></html>", "F07"),
        (CSV.decode(), "F03"),
    ],
)
def test_a_page_that_does_not_fit_is_refused(page: str, rule_id: str) -> None:
    assert refusal_of(page.encode(), HTML).rule_id == rule_id


def test_a_page_fetches_and_includes_nothing() -> None:
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{Path(__file__).absolute()}">]>'  # this file holds CANARY
    page = doctype + PAGE.replace("Caf&eacute;", "&x;")
    assert "CANARY" not in read_table(page.encode(), (HTML,)).grid.record(0)[0]


# ---------------------------------------------------------------------------------------------- any bytes

ANY_BYTES = st.one_of(
    st.binary(max_size=60),
    st.text(st.sampled_from('School Name,NCES ID\n"|;\r\0é<>'), max_size=60).map(str.encode),
    st.tuples(st.integers(0, len(CSV)), st.binary(max_size=5)).map(lambda t: CSV[: t[0]] + t[1] + CSV[t[0] :]),
    st.integers(0, 40).map(lambda n: gzip.compress(CSV)[:-n]),
    st.tuples(st.integers(0, len(PAGE)), st.binary(max_size=5)).map(lambda t: PAGE[: t[0]].encode() + t[1]),
)


@settings(max_examples=60, deadline=None)
@given(ANY_BYTES)
def test_any_bytes_end_in_a_table_or_a_refusal(data: bytes) -> None:
    try:
        table = read_table(data, (LAYOUT, BARE, HTML))
    except Refused:
        return
    assert isinstance(table, FileTable)
    assert len(shape_rows(table.grid, table.header, source_with(LAYOUT, BARE, HTML))) == len(table.grid.rows)


def test_a_layout_without_required_columns_needs_half_of_its_columns() -> None:
    layout = Layout(name="loose", columns={"zip": "Zip", "city": "City", "county": "County"})
    assert find_header([["City", "ZIP", "x"]], layout).skip == 1
    with pytest.raises(Refused):
        find_header([["City", "x", "y"]], layout)
