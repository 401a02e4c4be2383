# SPDX-License-Identifier: Apache-2.0
"""Evaluates an ONNX graph in double precision, operator by operator as the ONNX specification and the documents of
the other domains say: floats are float64, integers int64, rounding is half to even where the text says round. None of
Cimarron's code, no runtime. Elements keep the type that the file gives them as a range to saturate to."""
import numpy as np
import onnx
from onnx import numpy_helper

import operators
import quantizers

OPERATORS = {**operators.TABLE, **quantizers.TABLE}

FLOATS = {1, 10, 11, 16}  # of TensorProto.DataType: float, float16, double, bfloat16
RANGES = {2: (0, 255), 3: (-128, 127), 4: (0, 65535), 5: (-32768, 32767), 6: (-2**31, 2**31 - 1), 7: (-2**63, 2**63 - 1),
          9: (0, 1), 21: (0, 15), 22: (-8, 7)}


class Value:
    """An array with its ONNX element type; of kinds: float64 or int64."""
    def __init__(self, array, kind):
        self.kind = kind
        self.array = np.asarray(array, np.float64 if kind in FLOATS else np.int64)

    @property
    def range(self):
        return RANGES[self.kind]


def four_bits(tensor):
    """Two elements in a byte, the first in the low half; onnx 1.12 does not know these types yet."""
    packed = np.frombuffer(tensor.raw_data, np.uint8) if tensor.raw_data else np.asarray(tensor.int32_data, np.uint8)
    codes = np.stack([packed & 15, packed >> 4], 1).reshape(-1)[:int(np.prod(tensor.dims))].astype(np.int64)
    if tensor.data_type == 22:
        codes = np.where(codes > 7, codes - 16, codes)
    return Value(codes.reshape(tuple(tensor.dims)), tensor.data_type)


def tensor_value(tensor, folder=""):
    if tensor.data_type in (21, 22):
        return four_bits(tensor)
    return Value(numpy_helper.to_array(tensor, base_dir=folder), tensor.data_type)


def attribute(a, folder):
    if a.type == onnx.AttributeProto.TENSOR:
        return tensor_value(a.t, folder)
    value = onnx.helper.get_attribute_value(a)
    return value.decode() if isinstance(value, bytes) else value


class Graph:
    """One model; call it with a batch of images."""
    def __init__(self, file):
        self.folder = str(file.parent)
        self.model = onnx.load(str(file))  # external data with it
        self.functions = {(f.domain, f.name): f for f in self.model.functions}
        self.opset = {o.domain or "ai.onnx": o.version for o in self.model.opset_import}["ai.onnx"]

    def __call__(self, images):
        graph = self.model.graph
        values = {t.name: tensor_value(t, self.folder) for t in graph.initializer}
        inputs = [i for i in graph.input if i.name not in values]
        assert len(inputs) == 1 and len(graph.output) == 1
        values[inputs[0].name] = Value(images, inputs[0].type.tensor_type.elem_type)
        self.run(graph.node, values, {})
        return values[graph.output[0].name].array

    def run(self, nodes, values, outer):
        for node in nodes:
            attributes = {}
            for a in node.attribute:
                attributes[a.name] = outer[a.ref_attr_name] if a.ref_attr_name else attribute(a, self.folder)
            arguments = [values[name] if name else None for name in node.input]
            function = self.functions.get((node.domain, node.op_type))
            if function is not None:
                inner = dict(zip(function.input, arguments))
                self.run(function.node, inner, attributes)
                results = [inner[name] for name in function.output]
            else:
                result = OPERATORS[node.op_type](attributes, self.opset, *arguments)
                results = [result if isinstance(result, Value) else Value(*result)]
            values.update(zip(node.output, results))
