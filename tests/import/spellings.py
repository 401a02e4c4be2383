# SPDX-License-Identifier: Apache-2.0
"""One convolutional network in the spellings of many exporters: the class Spelling says each part in one way, its
subclasses one part in another. All of them must give the same logits."""
import numpy as np

from spelling import (ConstantNodes, FakeFloat, FloatWeights, IMAGE, Opset10, Opset21,
                      Qonnx, QonnxBrevitas, QonnxFinn, QonnxIntQuant, QonnxWide, Spelling)


class MatMul(Spelling):
    def linear(self, x, codes, scale, bias):
        b = self.b
        y = b.node("MatMul", x, b.node("Transpose", self.weights(codes, scale), perm=[1, 0]))
        return b.node("Add", y, b.constant(bias))


class GemmPlain(Spelling):
    """transB = 0, and the bias in front of an Add."""
    def linear(self, x, codes, scale, bias):
        b = self.b
        weights = b.node("DequantizeLinear", b.constant(codes.T.astype(np.int8).copy()), b.constant(scale),
                         b.constant(np.zeros(len(scale), np.int8)), axis=1)
        return b.node("Add", b.constant(bias), b.node("Gemm", x, weights))


class QuantizedBias(Spelling):
    """int32 in a step of its own, through DequantizeLinear."""
    def linear(self, x, codes, scale, bias):
        b = self.b
        step = np.float32(2.0**-20)
        bias = b.node("DequantizeLinear", b.constant(np.rint(bias / step).astype(np.int32)), b.constant(step),
                      b.constant(np.int32(0)))
        return b.node("Gemm", x, self.weights(codes, scale), bias, transB=1)


class ComputedShape(Spelling):
    """view(x.size(0), -1) of PyTorch's older exporter."""
    def flatten(self, x, size):
        b = self.b
        batch = b.node("Gather", b.node("Shape", x), b.constant(np.int64(0)), axis=0)
        batch = b.node("Unsqueeze", batch, b.constant(np.array([0])))
        return b.node("Reshape", x, b.node("Concat", batch, b.constant(np.array([-1])), axis=0))


class Reshaped(Spelling):
    def flatten(self, x, size):
        return self.b.node("Reshape", x, self.b.constant(np.array([1, size])))


class Squeezed(Spelling):
    """No-ops of several kinds."""
    def flatten(self, x, size):
        b = self.b
        x = b.node("Identity", b.node("Dropout", x))
        x = b.node("Reshape", x, b.constant(np.array([0, size, 1, 1])))
        return b.node("Squeeze", x, b.constant(np.array([2, 3])))


class NormAsMulAdd(Spelling):
    """tf2onnx: batch norm as a Mul and an Add of each channel."""
    def norm(self, x, gamma, beta, mean, variance):
        b = self.b
        gain = (gamma / np.sqrt(variance + np.float32(1e-5))).astype(np.float32).reshape(-1, 1, 1)
        offset = (beta - mean * gain.reshape(-1)).astype(np.float32).reshape(-1, 1, 1)
        return b.node("Add", b.node("Mul", x, b.constant(gain)), b.constant(offset))


class NormAsSubDiv(Spelling):
    def norm(self, x, gamma, beta, mean, variance):
        b = self.b
        def constant(v):
            return b.constant(v.astype(np.float32).reshape(1, -1, 1, 1))
        x = b.node("Div", b.node("Sub", x, constant(mean)), constant(np.sqrt(variance + np.float32(1e-5))))
        return b.node("Add", b.node("Mul", x, constant(gamma)), constant(beta))


class NoRelu(Spelling):
    """An unsigned quantizer contains it."""
    def relu(self, x):
        return x


class PoolFirst(Spelling):
    """Max pooling and a quantizer change places."""
    def activation(self, x, scale, bits):
        if bits == 8 or hasattr(self, "pooled"):
            return super().activation(x, scale, bits)
        self.pooled = True
        return super().activation(super().pool(x), scale, bits)

    def pool(self, x):
        return x


class PadNode(Spelling):
    def conv(self, x, codes, scale, bias=None, pads=(1, 1, 1, 1), strides=(1, 1)):
        b = self.b
        x = b.node("Pad", x, b.constant(np.array([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])),
                   b.constant(np.float32(0)))
        return super().conv(x, codes, scale, bias, (0, 0, 0, 0), strides)


class ChannelsLast(Spelling):
    """tf2onnx: the image is NHWC, a Transpose stands in front of the first layer and of the flatten."""
    def image(self, x):
        return self.b.node("Transpose", x, perm=[0, 3, 1, 2])

    def flatten(self, x, size):
        b = self.b
        return b.node("Reshape", b.node("Transpose", x, perm=[0, 2, 3, 1]), b.constant(np.array([-1, size])))

    def linear(self, x, codes, scale, bias):
        codes = codes.reshape(5, 8, 2, 2).transpose(0, 2, 3, 1).reshape(5, 32)
        return super().linear(x, codes, scale, bias)

    def model(self):
        model = super().model()
        sizes = model.graph.input[0].type.tensor_type.shape.dim
        for d, size in zip(sizes[1:], (IMAGE[1], IMAGE[2], IMAGE[0])):
            d.dim_value = size
        return model


class DynamicBatch(Spelling):
    def model(self):
        model = super().model()
        model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "N"
        return model


class InitializersAsInputs(Spelling):
    def model(self):
        from onnx import helper
        model = super().model()
        model.graph.input.extend(helper.make_tensor_value_info(t.name, t.data_type, t.dims)
                                 for t in model.graph.initializer)
        return model


class LocalFunction(Spelling):
    """The activation quantizer is a function of the model's own."""
    opset = 15

    def activation(self, x, scale, bits):
        from onnx import helper
        b = self.b
        nodes = [helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
                 helper.make_node("Clip", ["q", "z", "top"], ["c"]),
                 helper.make_node("DequantizeLinear", ["c", "s", "z"], ["y"])]
        if not b.functions:
            b.functions.append(helper.make_function("test.functions", "Activation", ["x", "s", "z", "top"], ["y"], nodes,
                                                    [helper.make_opsetid("", self.opset)]))
        return b.node("Activation", x, b.constant(np.float32(scale)), b.constant(np.uint8(0)),
                      b.constant(np.uint8(2**bits - 1)), domain="test.functions")


SAME = {  # name: spelling; all give the logits of the first
    "qcdq": Spelling, "constant_nodes": ConstantNodes, "opset10_clip_attributes": Opset10, "opset21": Opset21,
    "float_weights": FloatWeights, "qonnx_quant": Qonnx, "qonnx_int_quant": QonnxIntQuant,
    "qonnx_brevitas_domain": QonnxBrevitas, "qonnx_finn_domain": QonnxFinn, "qonnx_double_scales": QonnxWide,
    "fake_float": FakeFloat, "matmul": MatMul, "gemm_trans_b_0": GemmPlain,
    "computed_shape": ComputedShape, "reshape": Reshaped, "no_ops": Squeezed, "no_relu": NoRelu,
    "pool_first": PoolFirst, "pad_node": PadNode, "channels_last": ChannelsLast, "dynamic_batch": DynamicBatch,
    "initializers_as_inputs": InitializersAsInputs, "local_function": LocalFunction,
    # Constants rounded to float32 once more: the same but for that.
    "quantized_bias": QuantizedBias, "norm_as_mul_add": NormAsMulAdd, "norm_as_sub_div": NormAsSubDiv,
}
