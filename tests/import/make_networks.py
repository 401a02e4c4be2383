#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes small quantized networks in the forms that tools export, and what each gives in double precision.

usage: make_networks.py --list | make_networks.py FOLDER [NAME ...]
Writes FOLDER/NAME.onnx and NAME.npz: input [N, the file's sizes], output [N, ...] by evaluate.py, and what
`cimarron predict` has to be told besides. Seeded."""
import argparse
import pathlib

import numpy as np
import onnx

import forms_graphs
import forms_integer
import forms_layers
import forms_quantizers
import spellings
from evaluate import Graph

IMAGES = 12
# One network in two forms each: the same logits.
SAME = {f"same_{name}": form for name, form in spellings.SAME.items()}
EXTERNAL = "same_external_data"
FORMS = {**SAME, EXTERNAL: spellings.Spelling, **forms_quantizers.FORMS, **forms_layers.FORMS, **forms_graphs.FORMS,
         **forms_integer.FORMS}


def save(model, file, external):
    if not external:
        onnx.save(model, str(file))
        return
    onnx.save(model, str(file), save_as_external_data=True, all_tensors_to_one_file=True, location=file.name + ".data",
              size_threshold=16)


def images(form, model):
    """Pixels of 0..255 and some beyond, as the form wants them."""
    sizes = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim][1:]
    rng = np.random.default_rng(3)
    low, top = getattr(form, "low", 0), getattr(form, "top", 1)
    x = rng.integers(0, 256, (IMAGES, *sizes)) / 255
    return (np.rint(x * 255) + low if top == 255 else low + (1 - low) * x).astype(np.float32)


def make(name, folder):
    form = FORMS[name]
    file = folder / f"{name}.onnx"
    model = form().model()
    save(model, file, name == EXTERNAL)
    x = images(form, model)
    if issubclass(form, spellings.ChannelsLast):  # the same images as the other spellings
        x = images(form, spellings.Spelling().model()).transpose(0, 2, 3, 1)
    graph = Graph(file)
    y = np.concatenate([graph(x[i:i + 1]) for i in range(len(x))])
    np.savez_compressed(folder / f"{name}.npz", input=x, output=y,
                        arguments=np.array(getattr(form, "arguments", []), str))
    return x, y


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true", help="print the names of all networks, one a line")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(FORMS))
        return
    if arguments.folder is None:
        parser.error("give the folder to write to")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or FORMS:
        if name not in FORMS:
            parser.error(f"no network {name}; --list shows them")
        make(name, arguments.folder)


if __name__ == "__main__":
    main()
