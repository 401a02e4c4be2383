# SPDX-License-Identifier: Apache-2.0
"""Networks that each hold one form of layer, quantizer or graph; QCDQ but for that."""
import numpy as np

from builder import QONNX
from spellings import Spelling


class Net(Spelling):
    """Two convolutions and a linear layer; a form overrides what is different about it."""
    image_sizes, channels, size = (2, 8, 8), 6, 8
    seed = 5

    def __init__(self):
        super().__init__()
        self.rng = np.random.default_rng(self.seed)

    def make(self, *shape, top=7):
        codes = self.rng.integers(-top, top + 1, shape)
        return codes, (0.02 + 0.03 * self.rng.random(shape[0])).astype(np.float32)

    def bias(self, channels):
        return self.rng.normal(0, 0.3, channels).astype(np.float32)

    def quantized(self, x, scale, zero, low=None, high=None):
        """Any zero point: its type says whether codes are signed."""
        b = self.b
        s, z = b.constant(np.float32(scale)), b.constant(zero)
        q = b.node("QuantizeLinear", x, s, z)
        if low is not None:
            q = b.node("Clip", q, b.constant(zero.dtype.type(low)), b.constant(zero.dtype.type(high)))
        return b.node("DequantizeLinear", q, s, z)

    def input(self):
        return self.activation("image", 1 / 255, 8)

    def first(self, x):
        return self.act(self.conv(x, *self.make(6, 2, 3, 3), bias=self.bias(6)))

    def act(self, x):
        return self.activation(self.relu(x), 0.06, 4)

    def middle(self, x):
        return self.pool(x)

    def head(self, x, features=96):
        return self.linear(self.flatten(x, features), *self.make(5, features), self.bias(5))

    def model(self):
        return self.b.model(self.head(self.middle(self.first(self.input()))), self.image_sizes)


class SignedActivations(Net):
    def act(self, x):
        return self.quantized(x, 0.12, np.int8(0), -8, 7)


class NarrowActivations(Net):
    """-7..7, padded by the code of real zero."""
    def act(self, x):
        return self.quantized(x, 0.12, np.int8(0), -7, 7)

    def middle(self, x):
        return self.pool(self.act(self.conv(x, *self.make(6, 6, 3, 3))))


class ZeroPoints(Net):
    """onnxruntime's asymmetric activations: unsigned codes with zero points, the image's too, and padding."""
    def input(self):
        return self.quantized("image", 1.3 / 255, np.uint8(51))

    def act(self, x):
        return self.quantized(x, 0.03, np.uint8(113))

    def middle(self, x):
        return self.pool(self.act(self.conv(x, *self.make(6, 6, 3, 3), bias=self.bias(6))))


class SignedStorage(ZeroPoints):
    """int8 with zero point -128: unsigned codes in disguise."""
    def act(self, x):
        return self.quantized(self.relu(x), 0.02, np.int8(-128))


class WeightZeroPoints(Net):
    """uint8 weights with zero points of each channel."""
    def weights(self, codes, scale):
        b = self.b
        zero = (120 + 3 * np.arange(len(scale))).astype(np.uint8)
        shift = zero.astype(np.int64).reshape([-1] + [1] * (codes.ndim - 1))
        return b.node("DequantizeLinear", b.constant((codes * 9 + shift).astype(np.uint8)),
                      b.constant((scale / 9).astype(np.float32)), b.constant(zero), axis=0)


class FourBitWeights(Net):
    """int4 of opset 21, two in a byte."""
    opset = 21

    def weights(self, codes, scale):
        b = self.b
        return b.node("DequantizeLinear", b.four_bits(codes, True), b.constant(scale), axis=0)


class UnsignedFourBitWeights(FourBitWeights):
    def weights(self, codes, scale):
        b = self.b
        zero = b.four_bits(np.full(len(scale), 8), False)
        return b.node("DequantizeLinear", b.four_bits(codes + 8, False), b.constant(scale), zero, axis=0)


class PerTensorScale(Net):
    def weights(self, codes, scale):
        b = self.b
        return b.node("DequantizeLinear", b.constant(codes.astype(np.int8)), b.constant(np.float32(0.03)))


class DeadChannel(Net):
    """A channel whose weights and bias are nearly nothing, one whose gain is far above the others'."""
    def first(self, x):
        codes, scale = self.make(6, 2, 3, 3)
        scale[1], scale[4] = 1e-9, 40
        bias = self.bias(6)
        bias[1] = 1e-9
        return self.act(self.conv(x, codes, scale, bias=bias))


class Relu6(Net):
    def relu(self, x):
        return self.b.node("Clip", x, self.b.constant(np.float32(0)), self.b.constant(np.float32(0.5)))


class LeakyRelu(Net):
    def relu(self, x):
        return self.b.node("LeakyRelu", x, alpha=0.1)


class MinMax(Net):
    """A clip spelled as Min and Max."""
    def relu(self, x):
        x = self.b.node("Max", x, self.b.constant(np.float32(0)))
        return self.b.node("Min", x, self.b.constant(np.float32(0.5)))


class Dilated(Net):
    def first(self, x):
        codes, scale = self.make(6, 2, 3, 3)
        x = self.b.node("Conv", x, self.weights(codes, scale), pads=[2, 2, 2, 2], dilations=[2, 2], kernel_shape=[3, 3])
        return self.act(x)


class SameUpper(Net):
    """auto_pad, with an even kernel: one more row at the end."""
    auto = "SAME_UPPER"

    def first(self, x):
        x = self.b.node("Conv", x, self.weights(*self.make(6, 2, 4, 4)), auto_pad=self.auto, kernel_shape=[4, 4])
        return self.act(x)


class SameLower(SameUpper):
    auto = "SAME_LOWER"


class AsymmetricPads(Net):
    def first(self, x):
        return self.act(self.conv(x, *self.make(6, 2, 3, 3), pads=(0, 1, 2, 1)))


class Depthwise(Net):
    def middle(self, x):
        x = self.b.node("Conv", x, self.weights(*self.make(6, 1, 3, 3)), group=6, pads=[1, 1, 1, 1], kernel_shape=[3, 3])
        return self.pool(self.act(x))


class DepthwiseChannelScales(Depthwise):
    """NNCF: a scale of each channel on the activations in front of a depthwise convolution."""
    def act(self, x):
        if hasattr(self, "done"):
            return super().act(x)
        self.done = True
        b = self.b
        s, z = b.constant((0.06 + 0.02 * np.arange(6)).astype(np.float32)), b.constant(np.zeros(6, np.uint8))
        return b.node("DequantizeLinear", b.node("QuantizeLinear", x, s, z, axis=1), s, z, axis=1)


class Grouped(Net):
    def middle(self, x):
        x = self.b.node("Conv", x, self.weights(*self.make(6, 3, 3, 3)), group=2, pads=[1, 1, 1, 1], kernel_shape=[3, 3])
        return self.pool(self.act(x))


class CeilMode(Net):
    """Changes nothing where windows fit."""
    def pool(self, x):
        return self.b.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)


class CeilModeOverhang(Net):
    """8 -> 4 by a kernel of 3: the last window hangs over the edge."""
    def pool(self, x):
        return self.b.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)


class NormBehindPool(Net):
    """max pooling, then batch norm with a negative gain in one channel."""
    def first(self, x):
        x = self.pool(self.relu(self.conv(x, *self.make(6, 2, 3, 3))))
        gamma = np.array([0.8, 1.1, -0.7, 0.9, 1.3, 0.6], np.float32)
        return self.act(self.norm(x, gamma, self.bias(6), self.bias(6), 0.5 + np.abs(self.bias(6))))

    def middle(self, x):
        return x


class AveragePool(Net):
    def middle(self, x):
        x = self.b.node("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
        return self.activation(x, 0.06, 4)


class AveragePoolOpen(Net):
    """No quantizer behind the average: the linear layer reads quarters of codes."""
    def middle(self, x):
        return self.b.node("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])


class AveragePoolPadded(Net):
    def middle(self, x):
        x = self.b.node("AveragePool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)
        return self.activation(x, 0.06, 4)


class GlobalPool(Net):
    def pooled(self, x):
        return self.b.node("GlobalAveragePool", x)

    def middle(self, x):
        return self.activation(self.pooled(x), 0.03, 6)

    def head(self, x, features=6):
        return super().head(x, 6)


class ReduceMeanPool(GlobalPool):
    def pooled(self, x):
        return self.b.node("ReduceMean", x, axes=[2, 3], keepdims=1)


class ReduceMeanFlat(GlobalPool):
    """keepdims = 0: the flatten is in it."""
    def pooled(self, x):
        return self.b.node("ReduceMean", x, axes=[2, 3], keepdims=0)

    def flatten(self, x, size):
        return x


class Trunc(Net):
    """Brevitas' truncated average: sum, then Trunc by two bits."""
    def middle(self, x):
        b = self.b
        x = b.node("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
        x = b.node("Mul", x, b.constant(np.float32(4)))
        return b.node("Trunc", x, b.constant(np.float32(0.06)), b.constant(np.float32(0)), b.constant(np.float32(6)),
                      b.constant(np.float32(4)), domain=QONNX, rounding_mode="FLOOR")


class FloorQuantizer(Net):
    rounding = "FLOOR"

    def act(self, x):
        b = self.b
        return b.node("Quant", x, b.constant(np.float32(0.06)), b.constant(np.float32(0)), b.constant(np.float32(4)),
                      domain=QONNX, signed=0, narrow=0, rounding_mode=self.rounding)


class PowerOfTwoTies(Net):
    """Steps and scales are powers of two, no bias: exact ties are common and round half to even."""
    def make(self, *shape, top=7):
        codes, scale = super().make(*shape, top=3)
        return codes, np.full(len(scale), 2.0**-5, np.float32)

    def bias(self, channels):
        return np.zeros(channels, np.float32)

    def input(self):
        return self.activation("image", 2.0**-4, 4)

    def act(self, x):
        return self.activation(self.relu(x), 2.0**-3, 4)


class WeightTies(Net):
    """Raw weights on ties of their quantizer: half to even there too."""
    def weights(self, codes, scale):
        b = self.b
        shape = [-1] + [1] * (codes.ndim - 1)
        scale = np.full(len(scale), 2.0**-5, np.float32)
        raw = (codes + 0.5) * scale.reshape(shape)
        return b.node("Quant", b.constant(raw), b.constant(scale.reshape(shape)), b.constant(np.float32(0)),
                      b.constant(np.float32(4)), domain=QONNX, signed=1, narrow=1, rounding_mode="ROUND")


class Bipolar(Net):
    """Weights and activations of -1 and +1 (BipolarQuant), no padding."""
    def weights(self, codes, scale):
        b = self.b
        raw = np.where(codes > 0, 0.4, -0.3)
        return b.node("BipolarQuant", b.constant(raw), b.constant(np.float32(0.07)), domain=QONNX)

    def conv(self, x, codes, scale, bias=None, pads=(0, 0, 0, 0), strides=(1, 1)):
        return super().conv(x, codes, scale, bias, (0, 0, 0, 0), strides)

    def act(self, x):
        return self.b.node("BipolarQuant", x, self.b.constant(np.float32(1)), domain=QONNX)

    def head(self, x, features=54):
        return super().head(x, 54)


class BipolarPadded(Bipolar):
    """The border is a real zero, which is no code."""
    def conv(self, x, codes, scale, bias=None, pads=(1, 1, 1, 1), strides=(1, 1)):
        return Spelling.conv(self, x, codes, scale, bias, (1, 1, 1, 1), strides)

    def middle(self, x):
        return self.pool(self.act(self.conv(x, *self.make(6, 6, 3, 3))))

    def head(self, x, features=96):
        return Net.head(self, x, 96)


class SignActivations(Bipolar):
    """larq: Sign, Add of 0.1, Sign; weights stored as -1.0 and 1.0."""
    def weights(self, codes, scale):
        return self.b.constant(np.where(codes > 0, 1.0, -1.0))

    def act(self, x):
        b = self.b
        return b.node("Sign", b.node("Add", b.node("Sign", x), b.constant(np.float32(0.1))))


class OneBitSigned(Net):
    """Quant of one signed bit is -1 and +1 (QKeras)."""
    def weights(self, codes, scale):
        b = self.b
        raw = np.where(codes > 0, 0.4, -0.3)
        return b.node("Quant", b.constant(raw), b.constant(np.float32(0.07)), b.constant(np.float32(0)),
                      b.constant(np.float32(1)), domain=QONNX, signed=1, narrow=0, rounding_mode="ROUND")


class TernaryWeights(Net):
    def make(self, *shape, top=7):
        codes, scale = super().make(*shape, top=1)
        return codes, 5 * scale


FORMS = {
    "signed_activations": SignedActivations, "narrow_activations": NarrowActivations, "zero_points": ZeroPoints,
    "int8_storage": SignedStorage, "weight_zero_points": WeightZeroPoints, "int4_weights": FourBitWeights,
    "uint4_weights": UnsignedFourBitWeights, "per_tensor_scale": PerTensorScale, "dead_channel": DeadChannel,
    "relu6": Relu6, "leaky_relu": LeakyRelu, "min_max": MinMax, "dilated": Dilated, "auto_pad_upper": SameUpper,
    "auto_pad_lower": SameLower, "asymmetric_pads": AsymmetricPads, "depthwise": Depthwise,
    "depthwise_channel_scales": DepthwiseChannelScales, "grouped": Grouped, "ceil_mode": CeilMode,
    "ceil_mode_overhang": CeilModeOverhang, "norm_behind_pool": NormBehindPool, "average_pool": AveragePool,
    "average_pool_open": AveragePoolOpen, "average_pool_padded": AveragePoolPadded, "global_pool": GlobalPool,
    "reduce_mean": ReduceMeanPool, "reduce_mean_flat": ReduceMeanFlat, "trunc": Trunc,
    "floor_quantizer": FloorQuantizer, "power_of_two_ties": PowerOfTwoTies, "weight_ties": WeightTies,
    "bipolar": Bipolar, "bipolar_padded": BipolarPadded, "sign_activations": SignActivations,
    "one_bit_signed": OneBitSigned, "ternary_weights": TernaryWeights,
}
