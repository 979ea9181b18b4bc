"""Runs .tflite models with the reference kernels of tflite-runtime (BUILTIN_REF).

Standard input: one JSON object a line, {"model": base64, "inputs": [base64, ...], "steps": runs
in a row, whose inputs and outputs stand one after the other}. Standard output: a line for each,
{"outputs": [base64, ...]}, or {"refused": message} where the runtime does not take the model.
"""

import base64
import json
import sys

import numpy as np
from tflite_runtime.interpreter import Interpreter, OpResolverType


def run(case):
    interpreter = Interpreter(
        model_content=base64.b64decode(case["model"]),
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        num_threads=1,
    )
    interpreter.allocate_tensors()
    details = interpreter.get_output_details()
    outputs = [b"" for _ in details]
    given = [
        np.frombuffer(base64.b64decode(data), dtype=detail["dtype"]).reshape([case["steps"], *detail["shape"]])
        for detail, data in zip(interpreter.get_input_details(), case["inputs"])
    ]
    for step in range(case["steps"]):
        for detail, values in zip(interpreter.get_input_details(), given):
            interpreter.set_tensor(detail["index"], values[step])
        interpreter.invoke()
        for i, one in enumerate(details):
            outputs[i] += interpreter.get_tensor(one["index"]).tobytes()
    return [base64.b64encode(output).decode() for output in outputs]


for line in sys.stdin:
    try:
        answer = {"outputs": run(json.loads(line))}
    except (RuntimeError, ValueError) as error:
        answer = {"refused": str(error)}
    print(json.dumps(answer), flush=True)
