"""validate-json.py SCHEMA < LINES: checks each line of standard input, a JSON value, against a JSON schema."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
lines = [line for line in sys.stdin if line.strip()]
errors = [
    f"{number}: {error.json_path}: {error.message}"
    for number, line in enumerate(lines, 1)
    for error in validator.iter_errors(json.loads(line))
]
print(len(lines))
if errors:
    sys.exit("\n".join(errors))
