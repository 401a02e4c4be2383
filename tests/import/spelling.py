# SPDX-License-Identifier: Apache-2.0
"""One convolutional network, each part of it said in one way; the spellings of quantizers. See spellings.py."""
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
