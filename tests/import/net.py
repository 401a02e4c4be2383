# SPDX-License-Identifier: Apache-2.0
"""The network that a form changes one thing of."""
import numpy as np

from spelling import Spelling


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
