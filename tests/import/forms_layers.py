# SPDX-License-Identifier: Apache-2.0
"""Networks that each hold one form of layer; QCDQ but for that."""
import numpy as np

from builder import QONNX
from net import Net


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


FORMS = {
    "relu6": Relu6, "leaky_relu": LeakyRelu, "min_max": MinMax, "dilated": Dilated, "auto_pad_upper": SameUpper,
    "auto_pad_lower": SameLower, "asymmetric_pads": AsymmetricPads, "depthwise": Depthwise,
    "depthwise_channel_scales": DepthwiseChannelScales, "grouped": Grouped, "ceil_mode": CeilMode,
    "ceil_mode_overhang": CeilModeOverhang, "norm_behind_pool": NormBehindPool, "average_pool": AveragePool,
    "average_pool_open": AveragePoolOpen, "average_pool_padded": AveragePoolPadded, "global_pool": GlobalPool,
    "reduce_mean": ReduceMeanPool, "reduce_mean_flat": ReduceMeanFlat, "trunc": Trunc,
}
