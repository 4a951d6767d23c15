"""An OpenAPI document that responses are validated against; needs no Django."""

import json
from typing import Any

import jsonschema_rs

# An error may have more fields than required, such as what is missing or the current status.
OPEN = {"ErrorAnswer"}
ERROR = {"$ref": "#/components/schemas/ErrorAnswer"}


class Document:
    """The document with ``additionalProperties`` off: an undocumented field is an error like a
    missing one."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told: dict[str, Any] = json.loads(json.dumps(told))
        self._validators: dict[str, Any] = {}
        shapes = self.told["components"]["schemas"]
        for name in shapes.keys() - OPEN:
            _close(shapes[name])

    def fault_of(self, method: str, path: str, status: int, content: bytes) -> str:
        """How a response differs from the document; empty if it does not.

        ``path`` is the documented one, with its placeholders; one that is not there is an unknown
        URL, which answers errors only.
        """
        where = f"{method} {path} -> {status}"
        try:
            shape = self._schema_of(method, path, status)
        except KeyError as missing:
            return f"{where}: the OpenAPI document has no {missing} there"
        if shape is None:
            return f"{where}: a body where the document has none" if content else ""
        try:
            value = json.loads(content)
        except ValueError:
            return f"{where}: the body is no JSON"
        errors = [
            f"{'.'.join(map(str, error.instance_path)) or 'the answer'}: {error.message[:300]}"
            for error in self._validator_of(shape).iter_errors(value)
        ]
        return f"{where}: " + "; ".join(errors[:3]) if errors else ""

    def _schema_of(self, method: str, path: str, status: int) -> Any:
        """The schema of a response, None if it has no body; raises KeyError if undocumented."""
        operations = self.told["paths"].get(path, {})
        if method.lower() not in operations:
            # No such URL, or no such method of it.
            return ERROR if status >= 400 else {}[status]
        content = operations[method.lower()]["responses"][str(status)].get("content")
        return content and content["application/json"]["schema"]

    def _validator_of(self, shape: dict[str, Any]) -> Any:
        key = json.dumps(shape)
        if key not in self._validators:
            whole = {**shape, "components": self.told["components"]}
            self._validators[key] = jsonschema_rs.validator_for(whole, validate_formats=True)
        return self._validators[key]


def _close(shape: Any) -> None:
    if isinstance(shape, dict):
        if shape.get("type") == "object" and "additionalProperties" not in shape:
            shape["additionalProperties"] = False
        for inner in shape.values():
            _close(inner)
    elif isinstance(shape, list):
        for inner in shape:
            _close(inner)
