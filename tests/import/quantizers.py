# SPDX-License-Identifier: Apache-2.0
"""Quantizers and integer operators in double precision, of ai.onnx, com.microsoft, QONNX and PULP; see operators.py."""
import numpy as np

import operators
from operators import FLOAT

INT32 = 6


def along(v, rank, axis):
    return v if v.size == 1 else v.reshape([-1 if i == axis % rank else 1 for i in range(rank)])


def saturate(values, zero):
    low, high = zero.range
    return np.clip(values, low, high), zero.kind


class Zero:
    """A zero point that is not there."""
    array = np.zeros((), np.int64)

    def __init__(self, kind):
        self.kind = kind
        self.range = {2: (0, 255), 3: (-128, 127), 21: (0, 15), 22: (-8, 7)}.get(kind)


def quantize(a, opset, x, scale, zero=None):
    zero = Zero(a.get("output_dtype", 2) or 2) if zero is None else zero
    axis = a.get("axis", 1)
    codes = np.rint(x.array / along(scale.array, x.array.ndim, axis)) + along(zero.array, x.array.ndim, axis)
    return saturate(codes, zero)


def real(x, scale, zero, axis):
    offset = 0 if zero is None else along(zero.array, x.array.ndim, axis)
    return (x.array - offset) * along(scale.array, x.array.ndim, axis)


def dequantize(a, opset, x, scale, zero=None):
    return real(x, scale, zero, a.get("axis", 1)), FLOAT


def requantize(values, scale, zero):
    return saturate(np.rint(values / scale.array) + zero.array, zero)


def qlinear_conv(a, opset, x, xs, xz, w, ws, wz, ys, yz, bias=None):
    sums = operators.convolve(a, x.array - xz.array, w.array - along(wz.array, 4, 0))
    if bias is not None:
        sums = sums + bias.array.reshape(1, -1, 1, 1)
    return requantize(sums * xs.array * along(ws.array, 4, 1), ys, yz)


def qlinear_matmul(a, opset, x, xs, xz, w, ws, wz, ys, yz):
    sums = (x.array - xz.array) @ (w.array - wz.array)
    return requantize(sums * xs.array * ws.array, ys, yz)


def qgemm(a, opset, x, xs, xz, w, ws, wz, bias=None, ys=None, yz=None):
    """com.microsoft; per-channel scales are of the weights' output channels."""
    trans = bool(a.get("transB", 0))
    weights = w.array - along(wz.array, 2, 0 if trans else 1)
    sums = (x.array - xz.array) @ (weights.T if trans else weights)
    if bias is not None:
        sums = sums + bias.array
    values = a.get("alpha", 1.0) * sums * xs.array * ws.array
    return (values, FLOAT) if ys is None else requantize(values, ys, yz)


def qlinear_add(a, opset, x, xs, xz, y, ys, yz, cs, cz):
    return requantize(real(x, xs, xz, 1) + real(y, ys, yz, 1), cs, cz)


def qlinear_global_pool(a, opset, x, xs, xz, ys, yz):
    assert not a.get("channels_last", 0)
    return requantize(real(x, xs, xz, 1).mean((2, 3), keepdims=True), ys, yz)


def conv_integer(a, opset, x, w, xz=None, wz=None):
    xz, wz = Zero(x.kind) if xz is None else xz, Zero(w.kind) if wz is None else wz
    return operators.convolve(a, x.array - xz.array, w.array - along(wz.array, 4, 0)), INT32


def matmul_integer(a, opset, x, w, xz=None, wz=None):
    xz, wz = Zero(x.kind) if xz is None else xz, Zero(w.kind) if wz is None else wz
    return (x.array - xz.array) @ (w.array - wz.array), INT32


ROUNDING = {"ROUND": np.rint, "HALF_EVEN": np.rint, "FLOOR": np.floor, "CEIL": np.ceil,
            "HALF_UP": lambda v: np.floor(v + 0.5), "ROUND_TO_ZERO": np.trunc, "DOWN": np.trunc}


def quant(a, opset, x, scale, zero, bits):
    """QONNX Quant and IntQuant."""
    b, signed, narrow = int(bits.array), a.get("signed", 1), a.get("narrow", 0)
    codes = x.array / scale.array + zero.array
    if b == 1 and signed:
        codes = np.where(codes >= 0, 1, -1)
    else:
        low = (-2**(b - 1) + narrow) if signed else 0
        high = 2**(b - 1) - 1 if signed else 2**b - 1 - narrow
        codes = np.clip(ROUNDING[a.get("rounding_mode", "ROUND")](codes), low, high)
    return (codes - zero.array) * scale.array, FLOAT


def bipolar(a, opset, x, scale):
    return np.where(x.array >= 0, 1.0, -1.0) * scale.array, FLOAT


def trunc(a, opset, x, scale, zero, in_bits, out_bits):
    codes = np.rint(x.array / scale.array + zero.array)
    codes = ROUNDING[a.get("rounding_mode", "FLOOR")](codes / 2.0**(float(in_bits.array) - float(out_bits.array)))
    return (codes - zero.array) * scale.array, FLOAT


def requant_shift(a, opset, x, mul, add):
    """PULP: floor((x mul + add + div / 2) / div) in integers, clipped to n levels."""
    def number(key):
        return float(np.asarray(a[key].array).reshape(-1)[0])
    div, levels = number("div"), number("n_levels_out")
    codes = np.floor((x.array * mul.array + add.array + np.floor(div / 2)) / div)
    low = -levels / 2 if number("signed") else 0
    return np.clip(codes, low, low + levels - 1), x.kind


TABLE = {
    "QuantizeLinear": quantize, "DequantizeLinear": dequantize, "QLinearConv": qlinear_conv,
    "QLinearMatMul": qlinear_matmul, "QGemm": qgemm, "QLinearAdd": qlinear_add, "ConvInteger": conv_integer,
    "QLinearGlobalAveragePool": qlinear_global_pool, "MatMulInteger": matmul_integer, "Quant": quant,
    "IntQuant": quant, "BipolarQuant": bipolar, "Trunc": trunc, "RequantShift": requant_shift,
}
