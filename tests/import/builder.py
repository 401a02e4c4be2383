# SPDX-License-Identifier: Apache-2.0
"""Builds ONNX models node by node; every method gives the name of a tensor."""
import numpy as np
import onnx
from onnx import helper, numpy_helper

FLOAT = onnx.TensorProto.FLOAT
INT4, UINT4 = 22, 21  # onnx 1.12 does not name them

# Domains that are not ONNX's own: version.
QONNX, MICROSOFT, PULP = "qonnx.custom_op.general", "com.microsoft", "PACTOps"


class Builder:
    def __init__(self, seed, opset=13, constants="initializer", batch=1):
        self.rng = np.random.default_rng(seed)
        self.opset, self.constants, self.batch = opset, constants, batch
        self.nodes, self.initializers, self.functions, self.domains = [], [], [], {}
        self.count = 0

    def name(self, hint):
        self.count += 1
        return f"{hint}_{self.count}"

    def node(self, op, *inputs, domain="", **attributes):
        if domain:
            self.domains.setdefault(domain, 1)
        output = self.name(op.lower())
        self.nodes.append(helper.make_node(op, list(inputs), [output], name=f"/{output}", domain=domain, **attributes))
        return output

    def constant(self, array, hint="constant"):
        array = np.asarray(array)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        return self.tensor(numpy_helper.from_array(array, self.name(hint)))

    def tensor(self, tensor):
        if self.constants == "initializer":
            self.initializers.append(tensor)
            return tensor.name
        output = tensor.name
        self.nodes.append(helper.make_node("Constant", [], [output], value=tensor))
        return output

    def four_bits(self, codes, signed):
        """int4 or uint4, two in a byte."""
        flat = np.asarray(codes).reshape(-1) & 15
        flat = np.append(flat, [0] * (len(flat) % 2)).astype(np.uint8)
        tensor = onnx.TensorProto(data_type=INT4 if signed else UINT4, dims=np.shape(codes), name=self.name("codes"),
                                  raw_data=(flat[::2] | flat[1::2] << 4).tobytes())
        return self.tensor(tensor)

    def model(self, output, image, initializers_as_inputs=False, kind=FLOAT):
        """image: sizes without the batch."""
        inputs = [helper.make_tensor_value_info("image", kind, [self.batch, *image])]
        if initializers_as_inputs:
            inputs += [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in self.initializers]
        outputs = [helper.make_tensor_value_info(output, FLOAT, None)]
        graph = helper.make_graph(self.nodes, "network", inputs, outputs, self.initializers)
        opsets = [helper.make_opsetid("", self.opset)]
        opsets += [helper.make_opsetid(domain, version) for domain, version in self.domains.items()]
        model = helper.make_model(graph, opset_imports=opsets, functions=self.functions, producer_name="tests/import")
        model.ir_version = 8 if self.opset >= 15 or self.functions else 7 if self.opset >= 12 else 4
        return model


def scale(value):
    """A float32, which is what a file holds."""
    return np.float32(value)
