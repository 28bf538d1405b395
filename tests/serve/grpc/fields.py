"""Every field of the messages of a module, as JSON: `python fields.py MODULE`."""

import importlib
import json
import sys

import google.protobuf


def fields(module):
    """Each field with its number: its type, and whether there may be many."""
    messages = list(module.DESCRIPTOR.message_types_by_name.values())
    while messages:
        message = messages.pop()
        messages.extend(message.nested_types)
        for field in message.fields:
            kind = field.message_type.full_name if field.message_type else field.type
            yield f"{field.full_name} = {field.number}", [kind, field.is_repeated]


if __name__ == "__main__":
    found = dict(fields(importlib.import_module(sys.argv[1])))
    print(json.dumps({"protobuf": google.protobuf.__version__, "fields": found}))
