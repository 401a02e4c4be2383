# SPDX-License-Identifier: Apache-2.0
"""Networks in integer operators: QOperator and ConvInteger (onnxruntime), RequantShift and floored divisions (PULP)."""
import numpy as np
from onnx import numpy_helper

from builder import MICROSOFT, PULP
from net import Net


class QOperator(Net):
    """QLinearConv, MaxPool of codes, QGemm. Tensors are (codes, scale, zero)."""
    zero = np.uint8(17)

    def scalars(self, scale, zero):
        return self.b.constant(np.float32(scale)), self.b.constant(zero)

    def codes(self, x, name, tensor, shape, out, bias=True, **attributes):
        b, rng = self.b, self.rng
        weights = rng.integers(-90, 91, shape)
        ws, wz = self.weight_scales(shape[0])
        args = [x, *tensor, b.constant((weights + wz).astype(wz.dtype)), b.constant(ws), b.constant(wz[0] if wz.size == 1
                else wz.reshape(-1)), *out]
        if bias:
            args.append(b.constant(rng.integers(-4000, 4000, shape[0]).astype(np.int32)))
        return b.node(name, *args, **attributes)

    def weight_scales(self, channels):
        return np.float32(0.004), np.array([0], np.int8)

    def model(self):
        b = self.b
        image, first, second = self.scalars(1 / 255, np.uint8(0)), self.scalars(0.011, self.zero), \
            self.scalars(0.02, self.zero)
        x = b.node("QuantizeLinear", "image", *image)
        x = self.codes(x, "QLinearConv", image, (6, 2, 3, 3), first, pads=[1, 1, 1, 1], kernel_shape=[3, 3])
        x = b.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
        x = self.codes(x, "QLinearConv", first, (8, 6, 3, 3), second, pads=[1, 1, 1, 1], strides=[2, 2],
                       kernel_shape=[3, 3])
        x, tensor = self.tail(b.node("Flatten", x, axis=1), second)
        return b.model(b.node("DequantizeLinear", x, *tensor), self.image_sizes)

    def tail(self, x, tensor):
        b, logits = self.b, self.scalars(0.05, np.uint8(120))
        weights = self.rng.integers(-90, 91, (5, 32))
        bias = b.constant(self.rng.integers(-4000, 4000, 5).astype(np.int32))
        x = b.node("QGemm", x, *tensor, b.constant(weights.astype(np.int8)), *self.scalars(0.004, np.int8(0)), bias,
                   *logits, domain=MICROSOFT, transB=1)
        return x, logits


class QOperatorPerChannel(QOperator):
    def weight_scales(self, channels):
        scale = (0.002 + 0.004 * self.rng.random(channels)).astype(np.float32)
        return scale, np.zeros((channels, 1, 1, 1), np.int8)


class QOperatorUnsigned(QOperator):
    """uint8 weights with a zero point."""
    def weight_scales(self, channels):
        return np.float32(0.004), np.array([121], np.uint8)


class QLinearMatMul(QOperator):
    def tail(self, x, tensor):
        b, logits = self.b, self.scalars(0.05, np.uint8(120))
        weights = b.constant(self.rng.integers(-90, 91, (32, 5)).astype(np.int8))
        return b.node("QLinearMatMul", x, *tensor, weights, *self.scalars(0.004, np.int8(0)), *logits), logits


class ConvInteger(Net):
    """Integer sums, Cast and Mul in floats, as dynamic quantization writes them, but with fixed scales."""
    def conv(self, x, codes, scale, bias=None, pads=(1, 1, 1, 1), strides=(1, 1)):
        b = self.b
        y = b.node("ConvInteger", x, b.constant(codes.astype(np.int8)), b.constant(np.uint8(0)), pads=list(pads),
                   strides=list(strides), kernel_shape=list(codes.shape[2:]))
        y = b.node("Mul", b.node("Cast", y, to=1), b.constant((scale * self.step).reshape(1, -1, 1, 1)))
        return y if bias is None else b.node("Add", y, b.constant(bias.reshape(1, -1, 1, 1)))

    def activation(self, x, scale, bits):
        b = self.b
        self.step = np.float32(scale)
        q = b.node("QuantizeLinear", x, b.constant(self.step), b.constant(np.uint8(0)))
        return b.node("Clip", q, b.constant(np.uint8(0)), b.constant(np.uint8(2**bits - 1))) if bits < 8 else q

    def linear(self, x, codes, scale, bias):
        b = self.b
        y = b.node("MatMulInteger", x, b.constant(codes.T.astype(np.int8).copy()), b.constant(np.uint8(0)))
        y = b.node("Mul", b.node("Cast", y, to=1), b.constant(scale * self.step))
        return b.node("Add", y, b.constant(bias))


def attribute(value):
    return numpy_helper.from_array(np.array([value], np.float32))


class RequantShift(Net):
    """PULP: integers in floats, RequantShift rounds half up."""
    opset, top = 10, 255
    div, domain = 2.0**12, PULP

    def requant(self, x, channels, levels=256, signed=0, gain=9):
        b, rng = self.b, self.rng
        mul = rng.integers(gain, 2 * gain, (channels, 1, 1)).astype(np.float32)
        add = rng.integers(-20000, 20000, (channels, 1, 1)).astype(np.float32)
        if len(self.sizes) == 2:
            mul, add = mul.reshape(-1), add.reshape(-1)
        return b.node("RequantShift", x, b.constant(mul), b.constant(add), domain=self.domain, div=attribute(self.div),
                      n_levels_out=attribute(levels), signed=attribute(signed))

    def integers(self, *shape):
        return self.b.constant(self.rng.integers(-127, 128, shape).astype(np.float32))

    def residual(self, x):
        return x

    def model(self):
        b = self.b
        self.sizes = (0, 0, 0, 0)
        x = b.node("Conv", "image", self.integers(6, 2, 3, 3), pads=[1, 1, 1, 1], kernel_shape=[3, 3])
        x = b.node("MaxPool", self.requant(x, 6), kernel_shape=[2, 2], strides=[2, 2])
        x = self.residual(x)
        x = b.node("Flatten", x, axis=1)
        self.sizes = (0, 0)
        x = self.requant(b.node("MatMul", x, self.integers(96, 5)), 5, signed=1, gain=2)
        return b.model(x, self.image_sizes)


class RequantShiftSigned(RequantShift):
    """Its image is -128..127, which the file does not say."""
    low, arguments = -128, ["--signed-image"]


class RequantShiftHalves(RequantShift):
    """Weights of -64, 0 and 64 and a division by 8192: ties are common."""

    def requant(self, x, channels, levels=256, signed=0, gain=9):
        b = self.b
        shape = (channels, 1, 1) if len(self.sizes) == 4 else (channels,)
        div = 8192 if len(self.sizes) == 4 else 512
        return b.node("RequantShift", x, b.constant(np.ones(shape, np.float32)), b.constant(np.zeros(shape, np.float32)),
                      domain=self.domain, div=attribute(div), n_levels_out=attribute(levels), signed=attribute(signed))

    def integers(self, *shape):
        return self.b.constant((self.rng.integers(-1, 2, shape) * 64).astype(np.float32))


class RequantShiftResidual(RequantShift):
    """An Add of two signed tensors of codes, then RequantShift again."""
    def residual(self, x):
        b = self.b
        y = b.node("Conv", x, self.integers(6, 6, 3, 3), pads=[1, 1, 1, 1], kernel_shape=[3, 3])
        y = self.requant(y, 6, signed=1, gain=2)
        z = b.node("Conv", x, self.integers(6, 6, 1, 1), kernel_shape=[1, 1])
        z = self.requant(z, 6, signed=1, gain=4)
        return self.requant(b.node("Add", y, z), 6, gain=3000)


class FlooredDivision(RequantShift):
    """NEMO: Mul, Add, Div, Floor, Clip."""
    def requant(self, x, channels, levels=256, signed=0, gain=9):
        b, rng = self.b, self.rng
        shape = (channels, 1, 1) if len(self.sizes) == 4 else (channels,)
        x = b.node("Mul", x, b.constant(rng.integers(gain, 2 * gain, shape).astype(np.float32)))
        x = b.node("Add", x, b.constant(rng.integers(-20000, 20000, shape).astype(np.float32)))
        x = b.node("Floor", b.node("Div", x, b.constant(np.float32(self.div))))
        low = -levels / 2 if signed else 0
        return b.node("Clip", x, min=low, max=low + levels - 1.0)


FORMS = {
    "qoperator": QOperator, "qoperator_per_channel": QOperatorPerChannel, "qoperator_uint8": QOperatorUnsigned,
    "qlinear_matmul": QLinearMatMul, "conv_integer": ConvInteger, "requant_shift": RequantShift,
    "requant_shift_signed_image": RequantShiftSigned,
    "requant_shift_ties": RequantShiftHalves, "requant_shift_residual": RequantShiftResidual,
    "floored_division": FlooredDivision,
}
