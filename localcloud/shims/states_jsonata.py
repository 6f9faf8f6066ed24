"""JSONata expressions of state machines are evaluated.

Upstream: moto 5.2.5 took its interpreter from a project that evaluates JSONata in a Java machine and left
the evaluator out, so every expression fails with `'NoneType' object is not callable` (moto issue 10105);
and it writes string variables into expressions without escaping them. Here: the pure-Python evaluator,
`$uuid`, `$hash` and `$parse` as functions, and variables encoded as JSON.
"""

import hashlib
import json
import uuid
from typing import Any

import jsonata
from moto.stepfunctions.parser.asl.component.intrinsic import jsonata as intrinsics
from moto.stepfunctions.parser.asl.eval import states, variable_store
from moto.stepfunctions.parser.asl.jsonata import jsonata as upstream
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from localcloud.patches import Patches

_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def evaluate(expression: str) -> Any:
    """The value of an expression as plain JSON, or the failure a state machine reports."""
    try:
        compiled = jsonata.Jsonata(expression)
        compiled.register_lambda("uuid", lambda: str(uuid.uuid4()))
        compiled.register_lambda(
            "hash", lambda text, name: hashlib.new(_HASHES[name], text.encode()).hexdigest()
        )
        compiled.register_lambda("parse", json.loads)
        return json.loads(json.dumps(compiled.evaluate(None)))
    except Exception as failure:
        raise upstream.JSONataException("UNKNOWN", str(failure)) from failure


def declare(bindings: dict[str, Any]) -> str:
    return "".join(f"{name}:={to_json_str(value)};" for name, value in bindings.items())


def install(patches: Patches) -> None:
    patches.replace(upstream, "_eval_jsonata", evaluate)
    for module in (upstream, states, variable_store):
        patches.replace(module, "encode_jsonata_variable_declarations", declare)
    ours = ("$uuid", "$hash", "$parse")
    kept = {
        name: declaration
        for name, declaration in intrinsics._DECLARATION_BY_VARIABLE_REFERENCE.items()
        if name not in ours
    }
    patches.replace(intrinsics, "_DECLARATION_BY_VARIABLE_REFERENCE", kept)
