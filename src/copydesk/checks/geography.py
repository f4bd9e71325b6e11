"""GeoJSON (RFC 7946) and TopoJSON objects, as parsed: which values are such an object.

Coordinates without an end, rings that are not closed and members of the wrong kind are errors;
members that nobody defines are not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from copydesk.checks.decimals import normal

Test = Callable[[Any], bool]


class Number(str):
    """A number of a JSON text, as written."""

    __slots__ = ()


def is_geojson(value: Any) -> bool:
    """Return whether a value is a GeoJSON object."""
    return _is_geometry(value) or _is_feature(value) or _is_collection(value)


def is_topojson(value: Any) -> bool:
    """Return whether a value is a TopoJSON object: a topology, or a geometry of one."""
    return _is_topology(value) or _is_shape(value)


def _all(test: Test, least: int = 0) -> Test:
    """Return the test of an array of at least so many items that all pass a test."""
    return lambda value: (
        isinstance(value, list) and len(value) >= least and all(test(item) for item in value)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, Number)


_is_position = _all(_is_number, 2)
_is_line = _all(_is_position, 2)


def _is_ring(value: Any) -> bool:
    """Return whether a value is a line of four positions or more that ends where it begins."""
    if not _all(_is_position, 4)(value):
        return False
    return [normal(n) for n in value[0]] == [normal(n) for n in value[-1]]


_is_polygon = _all(_is_ring)
_COORDINATES: dict[str, Test] = {
    "Point": _is_position,
    "MultiPoint": _all(_is_position),
    "LineString": _is_line,
    "MultiLineString": _all(_is_line),
    "Polygon": _is_polygon,
    "MultiPolygon": _all(_is_polygon),
}


def _kind(value: Any) -> str:
    """Return the type that an object says it is; empty if it is none."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if type(kind) is str and _is_box(value.get("bbox", [])) else ""


def _is_box(value: Any) -> bool:
    """Return whether a value is a bounding box: two numbers for each dimension."""
    return _all(_is_number)(value) and len(value) in (0, 4, 6)


def _is_geometry(value: Any) -> bool:
    kind = _kind(value)
    if kind == "GeometryCollection":
        return _all(_is_geometry)(value.get("geometries"))
    return kind in _COORDINATES and _COORDINATES[kind](value.get("coordinates"))


def _is_feature(value: Any) -> bool:
    if _kind(value) != "Feature" or not {"geometry", "properties"} <= value.keys():
        return False
    geometry, properties = value["geometry"], value["properties"]
    known = type(value.get("id", "")) in (str, Number)
    return (
        (geometry is None or _is_geometry(geometry))
        and (properties is None or isinstance(properties, dict))
        and known
    )


def _is_collection(value: Any) -> bool:
    return _kind(value) == "FeatureCollection" and _all(_is_feature)(value.get("features"))


def _is_index(value: Any) -> bool:
    return _is_number(value) and value.lstrip("-").isdigit()


_is_path = _all(_is_index)
_ARCS: dict[str, Test] = {
    "LineString": _is_path,
    "MultiLineString": _all(_is_path),
    "Polygon": _all(_is_path),
    "MultiPolygon": _all(_all(_is_path)),
}


def _is_shape(value: Any) -> bool:
    """Return whether a value is a geometry of a topology."""
    kind = _kind(value)
    if kind == "GeometryCollection":
        return _all(_is_shape)(value.get("geometries"))
    if kind in ("Point", "MultiPoint"):
        return _COORDINATES[kind](value.get("coordinates"))
    empty = isinstance(value, dict) and value.get("type", "") is None
    return empty or (kind in _ARCS and _ARCS[kind](value.get("arcs")))


def _is_topology(value: Any) -> bool:
    if _kind(value) != "Topology" or not _all(_is_line)(value.get("arcs")):
        return False
    objects = value.get("objects")
    shapes = isinstance(objects, dict) and all(_is_shape(o) for o in objects.values())
    return shapes and ("transform" not in value or _is_transform(value["transform"]))


def _is_transform(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _all(_is_number)(value.get(name)) and len(value[name]) == 2
        for name in ("scale", "translate")
    )
