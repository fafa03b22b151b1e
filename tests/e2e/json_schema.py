"""Holds what the program prints with --json against config/usage-uploader.schema.json."""
import functools
import json
import pathlib

import debian_python  # noqa: F401
import jsonschema

SCHEMA = json.loads((pathlib.Path(__file__).parents[2] / "config" / "usage-uploader.schema.json").read_text())
FORMS = {"init": ["ledger"], "inspect": ["inspection"], "validate": ["planned"], "upload": ["summary", "planned"], "resume": ["summary"],
         "runs": ["runs"], "show": ["summary", "period", "request"], "reconcile": ["summary"], "settle": ["settled"],
         "abandon": ["summary"], "check": ["check"], "config": ["config"]}


@functools.cache
def validator(form):
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{form}", "$defs": SCHEMA["$defs"]})


def form_of(answer, command):
    """Which of a command's forms an answer is meant to be."""
    if "plan" in answer:
        return "planned"
    if set(answer) == {"error", "exit_status"}:
        return "failure"
    if command == "show":
        return "period" if "charges" in answer else "request" if "attempts" in answer and "url" in answer else "summary"
    return FORMS[command][0]


def check(command, text):
    """AssertionError where the text is not one object of a form that the command may print."""
    answer = json.loads(text)
    form = form_of(answer, command)
    assert form in [*FORMS.get(command, []), "failure"], f"{command} printed a {form}"
    check_form(form, answer)


def check_form(form, answer):
    error = jsonschema.exceptions.best_match(validator(form).iter_errors(answer))
    if error is not None:
        raise AssertionError(f"{form}: {'/'.join(map(str, error.absolute_path)) or 'the object'}: {error.message[:500]}")
