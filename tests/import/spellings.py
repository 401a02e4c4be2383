# SPDX-License-Identifier: Apache-2.0
"""One convolutional network in the spellings of many exporters: the class Spelling says each part in one way, its
subclasses one part in another. All of them must give the same logits (tests/import/README.md)."""
import numpy as np

from builder import QONNX, Builder

SEED = 11
IMAGE = (2, 8, 8)


class Spelling:
    """QCDQ, opset 13: integers in the file, Conv, Gemm, batch norm as such."""
    opset, constants, activation_bits = 13, "initializer", 4

    def __init__(self):
        self.b = Builder(SEED, self.opset, self.constants)

    # Quantizers. `codes` are integers, scales float32.
    def activation(self, x, scale, bits):
        b, zero = self.b, np.uint8(0)
        q = b.node("QuantizeLinear", x, b.constant(np.float32(scale)), b.constant(zero))
        if bits < 8:
            q = b.node("Clip", q, b.constant(np.uint8(0)), b.constant(np.uint8(2**bits - 1)))
        return b.node("DequantizeLinear", q, b.constant(np.float32(scale)), b.constant(zero))

    def weights(self, codes, scale):
        """Per channel: scale [O]."""
        b = self.b
        return b.node("DequantizeLinear", b.constant(codes.astype(np.int8)), b.constant(scale),
                      b.constant(np.zeros(len(scale), np.int8)), axis=0)

    # Layers.
    def conv(self, x, codes, scale, bias=None, pads=(1, 1, 1, 1), strides=(1, 1)):
        weights = self.weights(codes, scale)
        more = [] if bias is None else [self.b.constant(bias)]
        return self.b.node("Conv", x, weights, *more, pads=list(pads), strides=list(strides),
                           kernel_shape=list(codes.shape[2:]))

    def norm(self, x, gamma, beta, mean, variance):
        return self.b.node("BatchNormalization", x, *[self.b.constant(v) for v in (gamma, beta, mean, variance)],
                           epsilon=1e-5)

    def relu(self, x):
        return self.b.node("Relu", x)

    def pool(self, x):
        return self.b.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])

    def flatten(self, x, size):
        return self.b.node("Flatten", x, axis=1)

    def linear(self, x, codes, scale, bias):
        return self.b.node("Gemm", x, self.weights(codes, scale), self.b.constant(bias), transB=1)

    def image(self, x):
        return x

    # The network.
    def model(self):
        rng = np.random.default_rng(SEED)
        b, bits = self.b, self.activation_bits

        def weights(*shape):
            codes = rng.integers(-7, 8, shape)
            return codes, (0.02 + 0.03 * rng.random(shape[0])).astype(np.float32)

        def norm(x, channels):
            gamma, beta = 0.5 + rng.random(channels), rng.normal(0, 0.3, channels)
            mean, variance = rng.normal(0, 0.2, channels), 0.5 + rng.random(channels)
            return self.norm(x, *[v.astype(np.float32) for v in (gamma, beta, mean, variance)])

        x = self.activation(self.image("image"), 1 / 255, 8)
        x = self.relu(norm(self.conv(x, *weights(6, 2, 3, 3)), 6))
        x = self.activation(x, 0.11, bits)
        x = self.pool(x)
        x = self.conv(x, *weights(8, 6, 3, 3), bias=rng.normal(0, 0.3, 8).astype(np.float32), strides=(2, 2))
        x = self.activation(self.relu(x), 0.17, bits)
        x = self.flatten(x, 32)
        codes, scale = weights(5, 32)
        x = self.linear(x, codes, scale, rng.normal(0, 0.3, 5).astype(np.float32))
        return b.model(x, IMAGE)


class ConstantNodes(Spelling):
    constants = "nodes"


class Opset10(Spelling):
    """Clip's bounds are attributes, of floats alone: codes are clipped behind DequantizeLinear."""
    opset = 10

    def activation(self, x, scale, bits):
        b = self.b
        s, zero = b.constant(np.float32(scale)), b.constant(np.uint8(0))
        x = b.node("DequantizeLinear", b.node("QuantizeLinear", x, s, zero), s, zero)
        if bits < 8:
            x = b.node("Clip", x, min=0.0, max=float(np.float32(scale) * (2**bits - 1)))
        return x

    def weights(self, codes, scale):
        b = self.b
        cast = b.node("Cast", b.constant(codes.astype(np.int8)), to=1)
        return b.node("Mul", cast, b.constant(scale.reshape([-1] + [1] * (codes.ndim - 1))))


class Opset21(Spelling):
    opset = 21


class FloatWeights(Spelling):
    """Weights in floats behind a quantizer of their own."""
    def weights(self, codes, scale):
        b = self.b
        shape = [-1] + [1] * (codes.ndim - 1)
        raw = (codes + 0.3 * np.cos(np.arange(codes.size)).reshape(codes.shape)) * scale.reshape(shape)
        s, zero = b.constant(scale), b.constant(np.zeros(len(scale), np.int8))
        q = b.node("QuantizeLinear", b.constant(raw), s, zero, axis=0)
        q = b.node("Clip", q, b.constant(np.int8(-7)), b.constant(np.int8(7)))
        return b.node("DequantizeLinear", q, s, zero, axis=0)


class Qonnx(Spelling):
    domain, version, op = QONNX, 1, "Quant"
    wide = False  # DOUBLE scales, INT64 bits and zero points, as QKeras' converter writes them

    def quant(self, x, scale, bits, signed, narrow):
        b = self.b
        b.domains[self.domain] = self.version
        scale = np.asarray(scale, np.float32)
        zero, width = (np.int64(0), np.int64(bits)) if self.wide else (np.float32(0), np.float32(bits))
        scale = self.double(scale) if self.wide else b.constant(scale)
        return b.node(self.op, x, scale, b.constant(zero), b.constant(width), domain=self.domain, signed=signed,
                      narrow=narrow, rounding_mode="ROUND")

    def double(self, scale):
        from onnx import numpy_helper
        return self.b.tensor(numpy_helper.from_array(scale.astype(np.float64), self.b.name("scale")))

    def activation(self, x, scale, bits):
        return self.quant(x, scale, bits, 0, 0)

    def weights(self, codes, scale):
        shape = [-1] + [1] * (codes.ndim - 1)
        raw = (codes + 0.3 * np.cos(np.arange(codes.size)).reshape(codes.shape)) * scale.reshape(shape)
        return self.quant(self.b.constant(raw), scale.reshape(shape), 4, 1, 1)


class QonnxIntQuant(Qonnx):
    op, version = "IntQuant", 2


class QonnxBrevitas(Qonnx):
    domain = "onnx.brevitas"


class QonnxFinn(Qonnx):
    domain = "finn.custom_op.general"


class QonnxWide(Qonnx):
    wide = True


class FakeFloat(Spelling):
    """Div, Round, Clip, Mul in floats."""
    def activation(self, x, scale, bits):
        b, s = self.b, self.b.constant(np.float32(scale))
        q = b.node("Clip", b.node("Round", b.node("Div", x, s)), b.constant(np.float32(0)),
                   b.constant(np.float32(2**bits - 1)))
        return b.node("Mul", q, s)

    def weights(self, codes, scale):
        shape = [-1] + [1] * (codes.ndim - 1)
        return self.b.node("Mul", self.b.constant(codes.astype(np.float32)), self.b.constant(scale.reshape(shape)))


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
