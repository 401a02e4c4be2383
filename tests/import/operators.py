# SPDX-License-Identifier: Apache-2.0
"""Operators of ai.onnx in double precision: each takes (attributes, opset, *inputs with .array and .kind) and gives
(array, element type)."""
import functools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

FLOAT, INT64 = 1, 7


def pads_of(a, size, kernel, strides, dilations):
    """Begin and end of each axis."""
    auto = a.get("auto_pad", "NOTSET")
    if auto in ("NOTSET", "VALID"):
        pads = a.get("pads", [0] * 4) if auto == "NOTSET" else [0] * 4
        return [(pads[i], pads[i + 2]) for i in range(2)]
    pads = []
    for n, k, s, d in zip(size, kernel, strides, dilations):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        pads.append((total // 2, total - total // 2) if auto == "SAME_UPPER" else (total - total // 2, total // 2))
    return pads


def windows(x, kernel, strides, pads, dilations=(1, 1), value=0.0):
    """[n][c][out_h][out_w][kernel_h][kernel_w]"""
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    x = np.pad(x, [(0, 0), (0, 0)] + pads, constant_values=value)
    view = sliding_window_view(x, reach, axis=(2, 3))
    return view[:, :, ::strides[0], ::strides[1], ::dilations[0], ::dilations[1]]


def convolve(a, x, w):
    strides, dilations, groups = a.get("strides", [1, 1]), a.get("dilations", [1, 1]), a.get("group", 1)
    pads = pads_of(a, x.shape[2:], w.shape[2:], strides, dilations)
    seen = windows(x, w.shape[2:], strides, pads, dilations)
    return np.concatenate([np.einsum("nchwij,ocij->nohw", part, weights, optimize=True)
                           for part, weights in zip(np.split(seen, groups, 1), np.split(w, groups, 0))], 1)


def conv(a, opset, x, w, bias=None):
    y = convolve(a, x.array, w.array)
    return (y if bias is None else y + bias.array.reshape(1, -1, 1, 1)), x.kind


def pool_windows(a, x, value):
    kernel, strides = a["kernel_shape"], a.get("strides", [1, 1])
    pads = pads_of(a, x.shape[2:], kernel, strides, (1, 1))
    if a.get("ceil_mode", 0):  # further padding at the end, for a last window that begins inside
        for i in range(2):
            n = x.shape[2 + i] + sum(pads[i])
            out = -(-(n - kernel[i]) // strides[i]) + 1
            if (out - 1) * strides[i] >= x.shape[2 + i] + pads[i][0]:
                out -= 1
            pads[i] = (pads[i][0], pads[i][1] + max(0, (out - 1) * strides[i] + kernel[i] - n))
    return windows(x, kernel, strides, pads, (1, 1), value)


def max_pool(a, opset, x):
    low = -np.inf if x.array.dtype == np.float64 else np.iinfo(np.int64).min
    return pool_windows(a, x.array, low).max((4, 5)), x.kind


def average_pool(a, opset, x):
    seen = pool_windows(a, x.array, np.nan)
    if a.get("count_include_pad", 0):
        assert not a.get("ceil_mode", 0)
        return np.nan_to_num(seen).mean((4, 5)), x.kind
    return np.nanmean(seen, (4, 5)), x.kind


def reduce_mean(a, opset, x, axes=None):
    axes = tuple(a["axes"]) if axes is None else tuple(axes.array.tolist())
    return x.array.mean(axes, keepdims=bool(a.get("keepdims", 1))), x.kind


def gemm(a, opset, x, w, bias=None):
    left = x.array.T if a.get("transA", 0) else x.array
    right = w.array.T if a.get("transB", 0) else w.array
    y = a.get("alpha", 1.0) * (left @ right)
    return (y if bias is None else y + a.get("beta", 1.0) * bias.array), x.kind


def batch_norm(a, opset, x, gamma, beta, mean, variance):
    gamma, beta, mean, variance = (v.array.reshape([1, -1] + [1] * (x.array.ndim - 2))
                                   for v in (gamma, beta, mean, variance))
    epsilon = np.float64(np.float32(a.get("epsilon", 1e-5)))
    return gamma * (x.array - mean) / np.sqrt(variance + epsilon) + beta, x.kind


def clip(a, opset, x, low=None, high=None):
    low = a.get("min", -np.inf) if low is None else low.array
    high = a.get("max", np.inf) if high is None else high.array
    if x.array.dtype == np.int64:
        return np.minimum(np.maximum(x.array, low), high).astype(np.int64), x.kind
    return np.minimum(np.maximum(x.array, low), high), x.kind


def reshape(a, opset, x, shape):
    sizes = [x.array.shape[i] if n == 0 and not a.get("allowzero", 0) else n
             for i, n in enumerate(shape.array.tolist())]
    return x.array.reshape(sizes), x.kind


def flatten(a, opset, x):
    axis = a.get("axis", 1)
    return x.array.reshape(int(np.prod(x.array.shape[:axis])), -1), x.kind


def axes_of(a, axes):
    return None if axes is None and "axes" not in a else tuple(a["axes"] if axes is None else axes.array.tolist())


def pad(a, opset, x, pads=None, value=None, axes=None):
    pads = a["pads"] if pads is None else pads.array.tolist()
    fill = a.get("value", 0.0) if value is None else float(value.array)
    half = len(pads) // 2
    return np.pad(x.array, list(zip(pads[:half], pads[half:])), constant_values=fill), x.kind


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def constant(a, opset):
    if "value" in a:
        return a["value"]
    if "value_float" in a or "value_floats" in a:
        return np.asarray(a.get("value_float", a.get("value_floats"))), FLOAT
    return np.asarray(a.get("value_int", a.get("value_ints"))), INT64


def constant_of_shape(a, opset, shape):
    value = a.get("value")
    if value is None:
        return np.zeros(shape.array.tolist()), FLOAT
    return np.full(shape.array.tolist(), value.array.reshape(-1)[0]), value.kind


def cast(a, opset, x):
    return (np.trunc(x.array) if x.array.dtype == np.float64 and a["to"] not in (1, 10, 11) else x.array), a["to"]


def slice_(a, opset, x, starts, ends, axes=None, steps=None):
    count = len(starts.array)
    axes = range(count) if axes is None else axes.array.tolist()
    steps = [1] * count if steps is None else steps.array.tolist()
    index = [slice(None)] * x.array.ndim
    for axis, start, end, step in zip(axes, starts.array.tolist(), ends.array.tolist(), steps):
        index[axis] = slice(start, end, step)
    return x.array[tuple(index)], x.kind


def arg_max(a, opset, x):
    axis = a.get("axis", 0)
    found = x.array.argmax(axis)
    return (np.expand_dims(found, axis) if a.get("keepdims", 1) else found), INT64


def elementwise(f):
    return lambda a, opset, *x: (f(*[v.array for v in x]), x[0].kind)


TABLE = {
    "Conv": conv, "MaxPool": max_pool, "AveragePool": average_pool, "ReduceMean": reduce_mean, "Gemm": gemm,
    "BatchNormalization": batch_norm, "Clip": clip, "Reshape": reshape, "Flatten": flatten, "Pad": pad,
    "Constant": constant, "ConstantOfShape": constant_of_shape, "Cast": cast, "Slice": slice_, "ArgMax": arg_max,
    "GlobalAveragePool": lambda a, opset, x: (x.array.mean((2, 3), keepdims=True), x.kind),
    "MatMul": elementwise(np.matmul), "Add": elementwise(np.add), "Sub": elementwise(np.subtract),
    "Mul": elementwise(np.multiply), "Div": elementwise(np.divide), "Sum": elementwise(lambda *x: sum(x)),
    "Pow": elementwise(np.power), "Sqrt": elementwise(np.sqrt), "Reciprocal": elementwise(np.reciprocal),
    "Neg": elementwise(np.negative),
    "Expand": lambda a, opset, x, shape: (x.array * np.ones(shape.array.tolist(), x.array.dtype), x.kind),
    "Min": elementwise(lambda *x: functools.reduce(np.minimum, x)),
    "Max": elementwise(lambda *x: functools.reduce(np.maximum, x)),
    "Round": elementwise(np.rint), "Floor": elementwise(np.floor), "Sign": elementwise(np.sign),
    "Relu": elementwise(lambda x: np.maximum(x, 0)), "Identity": elementwise(lambda x: x),
    "LeakyRelu": lambda a, opset, x: (np.where(x.array < 0, np.float64(np.float32(a.get("alpha", 0.01))) * x.array,
                                               x.array), x.kind),
    "Dropout": lambda a, opset, x, *rest: (x.array, x.kind),
    "Transpose": lambda a, opset, x: (x.array.transpose(a.get("perm")), x.kind),
    "Squeeze": lambda a, opset, x, axes=None: (np.squeeze(x.array, axes_of(a, axes)), x.kind),
    "Unsqueeze": lambda a, opset, x, axes=None: (np.expand_dims(x.array, axes_of(a, axes)), x.kind),
    "Concat": lambda a, opset, *x: (np.concatenate([v.array for v in x], a["axis"]), x[0].kind),
    "Shape": lambda a, opset, x: (np.asarray(x.array.shape), INT64),
    "Gather": lambda a, opset, x, index: (x.array.take(index.array, a.get("axis", 0)), x.kind),
    "Softmax": lambda a, opset, x: (softmax(x.array, a.get("axis", -1)), x.kind),
    "LogSoftmax": lambda a, opset, x: (np.log(softmax(x.array, a.get("axis", -1))), x.kind),
}
