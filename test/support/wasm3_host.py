"""Runs a .lbm on the scalar engine under wasm3: ENGINE MODEL INPUT [--reset]; the output bytes go to standard output.

With --reset each image is a sequence of its own: variables get their first values before it.
"""

import sys

import wasm3

engine_path, model_path, input_path = sys.argv[1:4]
resets = sys.argv[4:] == ["--reset"]
with open(model_path, "rb") as file:
    model = file.read()
with open(input_path, "rb") as file:
    images = file.read()

environment = wasm3.Environment()
runtime = environment.new_runtime(64 * 1024)
with open(engine_path, "rb") as file:
    runtime.load(environment.parse_module(file.read()))


def call(name, *arguments):
    return runtime.find_function(name)(*arguments)


def memory():
    """Fetched anew: it moves when the engine grows it."""
    return runtime.get_memory(0)


address = call("reserve", len(model))
memory()[address : address + len(model)] = model
status = call("load", address, len(model))
if status != 0:
    sys.exit(f"load: status {status} ({call('detail', 0)}, {call('detail', 1)})")

rows, row_bytes = call("inputRows", 0), call("inputRowBytes", 0)
for image in range(len(images) // (rows * row_bytes)):
    for row in range(rows):
        at = call("inputRow", 0, row)
        start = (image * rows + row) * row_bytes
        memory()[at : at + row_bytes] = images[start : start + row_bytes]
    if resets and call("reset") != 0:
        sys.exit("reset: the variables do not get their first values")
    status = call("run")
    if status != 0:
        sys.exit(f"run: status {status} ({call('detail', 0)}, {call('detail', 1)})")
    for row in range(call("outputRows", 0)):
        at = call("outputRow", 0, row)
        sys.stdout.buffer.write(memory()[at : at + call("outputRowBytes", 0)])
