"""Renders templates with Jinja2 and EmPy: one request and one answer a line, in JSON, on standard input and output."""

import io
import json
import sys


def render_jinja(request):
    import jinja2

    settings = request["settings"]
    environment = jinja2.Environment(
        trim_blocks=settings.get("trim", False),
        lstrip_blocks=settings.get("lstrip", False),
        keep_trailing_newline=True,
        loader=jinja2.DictLoader(request["parts"]),
    )
    return environment.from_string(request["text"]).render(**request["context"])


def render_empy(request):
    import em

    out = io.StringIO()
    names = dict(request["context"])
    names["TEMPLATE"] = lambda part, **_: request["parts"].get(part.split(".")[0], "")
    interpreter = em.Interpreter(output=out, globals=names, options={"raw": True})
    try:
        interpreter.string(request["text"])
        return out.getvalue()
    finally:
        interpreter.shutdown()


RENDERERS = {"jinja": render_jinja, "empy": render_empy}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"text": RENDERERS[request["engine"]](request)}
    except BaseException as error:
        answer = {"error": str(error)[:200]}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
