# SPDX-License-Identifier: Apache-2.0
"""Networks that each hold one form of quantizer, of activations or of weights; QCDQ but for that."""
import numpy as np

from builder import QONNX
from net import Net
from spelling import Spelling


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
    "floor_quantizer": FloorQuantizer, "power_of_two_ties": PowerOfTwoTies, "weight_ties": WeightTies,
    "bipolar": Bipolar, "bipolar_padded": BipolarPadded, "sign_activations": SignActivations,
    "one_bit_signed": OneBitSigned, "ternary_weights": TernaryWeights,
}
