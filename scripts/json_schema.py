"""Checks JSON against a schema, for scripts that run in the build and must not need packages for it.

Knows the keywords of JSON Schema that the schemas of this tree use; one that it does not know is an error.
"""
import re

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
ANNOTATIONS = {"$schema", "title", "description"}
KEYWORDS = {"type", "enum", "pattern", "minLength", "minimum", "maximum", "minItems", "items", "properties", "required",
            "additionalProperties"}


def problem(schema, value, path="document"):
    """The first thing that is wrong, as a line for people, or None."""
    unknown = set(schema) - KEYWORDS - ANNOTATIONS
    if unknown:
        raise ValueError(f"schema of {path}: keywords not known: {', '.join(sorted(unknown))}")
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        return f"{path}: expected {kind}, found {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path}: expected one of {', '.join(schema['enum'])}, found {value!r}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"{path}: expected text that matches {schema['pattern']}, found {value!r}"
    if "minLength" in schema and len(value) < schema["minLength"]:
        return f"{path}: expected at least {schema['minLength']} characters"
    if "minimum" in schema and not schema["minimum"] <= value <= schema["maximum"]:
        return f"{path}: expected {schema['minimum']} to {schema['maximum']}, found {value}"
    if kind == "array":
        return array_problem(schema, value, path)
    if kind == "object":
        return object_problem(schema, value, path)
    return None


def array_problem(schema, value, path):
    if len(value) < schema.get("minItems", 0):
        return f"{path}: expected at least {schema['minItems']} elements"
    found = (problem(schema["items"], element, f"{path}[{i}]") for i, element in enumerate(value))
    return next((line for line in found if line), None)


def object_problem(schema, value, path):
    for key in schema.get("required", []):
        if key not in value:
            return f"{path}: expected the key {key}"
    for key, element in value.items():
        if key not in schema["properties"]:
            return f"{path}: unknown key {key}; expected some of {', '.join(schema['properties'])}"
        found = problem(schema["properties"][key], element, f"{path}.{key}")
        if found:
            return found
    return None
