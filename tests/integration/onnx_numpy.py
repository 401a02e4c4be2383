#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs an ONNX file in numpy, operator by operator as the ONNX specification says, in float32: no code of Cimarron.

usage: onnx_numpy.py NETWORK.onnx IMAGES.f32 LOGITS.f32: raw little-endian floats, image after image."""
import sys

import numpy as np
import onnx
from numpy.lib.stride_tricks import sliding_window_view
from onnx import numpy_helper


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def padded(x, pads, value):
    top, left, bottom, right = pads
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def windows(x, kernel, strides, pads, value=0.0):
    """[n][c][out_h][out_w][kernel_h][kernel_w]"""
    view = sliding_window_view(padded(x, pads, value), kernel, axis=(2, 3))
    return view[:, :, ::strides[0], ::strides[1]]


def conv(a, x, w, bias=None):
    assert all(d == 1 for d in a.get("dilations", [1, 1]))
    groups, outputs = a.get("group", 1), w.shape[0]
    seen = windows(x, w.shape[2:], a.get("strides", [1, 1]), a.get("pads", [0, 0, 0, 0]))
    of_group = [np.einsum("nchwij,ocij->nohw", part, weights, optimize=True)
                for part, weights in zip(np.split(seen, groups, 1), np.split(w, groups, 0))]
    y = np.concatenate(of_group, 1)
    assert y.shape[1] == outputs
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)


def max_pool(a, x):
    return windows(x, a["kernel_shape"], a.get("strides", [1, 1]), a.get("pads", [0, 0, 0, 0]), -np.inf).max((4, 5))


def average_pool(a, x):
    pads = a.get("pads", [0, 0, 0, 0])
    assert a.get("count_include_pad", 0) == 1 or not any(pads)
    return windows(x, a["kernel_shape"], a.get("strides", [1, 1]), pads).mean((4, 5), dtype=np.float32)


def gemm(a, x, w, bias=None):
    assert a.get("alpha", 1.0) == 1.0 and a.get("beta", 1.0) == 1.0 and not a.get("transA", 0)
    y = x @ (w.T if a.get("transB", 0) else w)
    return y if bias is None else y + bias


def batch_norm(a, x, gamma, beta, mean, variance):
    def along(v):
        return v.reshape([1, -1] + [1] * (x.ndim - 2))
    return along(gamma) * (x - along(mean)) / np.sqrt(along(variance) + np.float32(a.get("epsilon", 1e-5))) + along(beta)


def along_axis(v, rank, axis):
    return v if v.ndim == 0 or v.size == 1 else v.reshape([-1 if i == axis else 1 for i in range(rank)])


def quantize(a, x, scale, zero):
    limits = np.iinfo(zero.dtype)
    codes = np.rint(x / along_axis(scale, x.ndim, a.get("axis", 1))) + zero  # rint: half to even
    return np.clip(codes, limits.min, limits.max).astype(zero.dtype)


def dequantize(a, x, scale, zero=None):
    axis = a.get("axis", 1)
    offset = 0 if zero is None else along_axis(zero, x.ndim, axis).astype(np.float32)
    return (x.astype(np.float32) - offset) * along_axis(scale, x.ndim, axis)


def pad(a, x, pads, value=np.float32(0)):
    half = len(pads) // 2
    return np.pad(x, list(zip(pads[:half], pads[half:])), constant_values=value)


OPERATORS = {
    "Conv": conv, "MaxPool": max_pool, "AveragePool": average_pool, "Gemm": gemm, "Pad": pad,
    "BatchNormalization": batch_norm, "QuantizeLinear": quantize, "DequantizeLinear": dequantize,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdims=True, dtype=np.float32),
    "Clip": lambda a, x, low, high: np.clip(x, low, high),
    "Cast": lambda a, x: x.astype(onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[a["to"]]),
    "Flatten": lambda a, x: x.reshape(int(np.prod(x.shape[:a.get("axis", 1)])), -1),
    "Add": lambda a, x, y: x + y, "Mul": lambda a, x, y: x * y, "Div": lambda a, x, y: x / y,
    "Round": lambda a, x: np.rint(x), "Relu": lambda a, x: np.maximum(x, 0),
}


def run(graph, images):
    values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    inputs = [i.name for i in graph.input if i.name not in values]
    assert len(inputs) == 1 and len(graph.output) == 1
    values[inputs[0]] = images
    for node in graph.node:
        arguments = [values[name] for name in node.input if name]
        values[node.output[0]] = OPERATORS[node.op_type](attributes(node), *arguments)
    return values[graph.output[0].name]


def main():
    model = onnx.load(sys.argv[1])
    onnx.checker.check_model(model)
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim][1:]
    images = np.fromfile(sys.argv[2], "<f4").reshape([-1] + shape)
    logits = np.concatenate([run(model.graph, images[i:i + 50]) for i in range(0, len(images), 50)])
    assert logits.dtype == np.float32
    logits.astype("<f4").tofile(sys.argv[3])


if __name__ == "__main__":
    main()
