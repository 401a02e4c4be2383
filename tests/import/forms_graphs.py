# SPDX-License-Identifier: Apache-2.0
"""Networks whose graph, image or logits are of another form: residuals, Concat, several readers, MLPs, endings."""
import numpy as np

from net import Net


class Residual(Net):
    """Codes added to a convolution, in floats."""
    def middle(self, x):
        y = self.b.node("Add", self.conv(x, *self.make(6, 6, 3, 3)), x)
        return self.pool(self.act(y))


class ResidualQuantized(Net):
    """Brevitas: both branches through one signed quantizer, then Add, ReLU and an unsigned quantizer."""
    def branch(self, x):
        return self.quantized(x, 0.1, np.int8(0), -8, 7)

    def middle(self, x):
        y = self.b.node("Add", self.branch(self.conv(x, *self.make(6, 6, 3, 3))), self.branch(x))
        return self.pool(self.act(y))


class ResidualProjection(ResidualQuantized):
    """The projection of every ResNet, both branches quantized with steps of their own."""
    def middle(self, x):
        main = self.quantized(self.conv(x, *self.make(6, 6, 3, 3), strides=(2, 2)), 0.09, np.int8(0))
        side = self.quantized(self.conv(x, *self.make(6, 6, 1, 1), pads=(0, 0, 0, 0), strides=(2, 2)), 0.05, np.int8(0))
        return self.act(self.b.node("Add", main, side))


class ResidualProjectionOpen(Net):
    """relu(bn(conv) + bn(projection)), added in floats."""
    def middle(self, x):
        main = self.conv(x, *self.make(6, 6, 3, 3), strides=(2, 2), bias=self.bias(6))
        side = self.conv(x, *self.make(6, 6, 1, 1), pads=(0, 0, 0, 0), strides=(2, 2), bias=self.bias(6))
        return self.act(self.b.node("Add", main, side))


class ResidualReused(ResidualQuantized):
    """The sum is quantized once and read by a convolution and by the next Add."""
    def middle(self, x):
        for _ in range(2):
            y = self.act(self.conv(x, *self.make(6, 6, 3, 3)))
            y = self.quantized(self.conv(y, *self.make(6, 6, 3, 3)), 0.08, np.int8(0))
            x = self.act(self.b.node("Add", y, x))
        return self.pool(x)


class ResidualSum(Residual):
    """Sum in place of Add."""
    def middle(self, x):
        y = self.b.node("Sum", self.conv(x, *self.make(6, 6, 3, 3)), x)
        return self.pool(self.act(y))


class ConcatSame(Net):
    def steps(self):
        return 0.11, 0.11

    def middle(self, x):
        parts = [self.activation(self.conv(x, *self.make(3, 6, 3, 3)), step, 4) for step in self.steps()]
        return self.pool(self.b.node("Concat", *parts, axis=1))


class ConcatSteps(ConcatSame):
    """Each part with a step of its own."""
    def steps(self):
        return 0.11, 0.17


class TwoReaders(Net):
    """One tensor, two quantizers: each reader has its own."""
    def first(self, x):
        return self.relu(self.conv(x, *self.make(6, 2, 3, 3)))

    def middle(self, x):
        a = self.activation(self.conv(self.activation(x, 0.11, 4), *self.make(3, 6, 3, 3)), 0.1, 4)
        b = self.activation(self.conv(self.activation(x, 0.07, 5), *self.make(3, 6, 3, 3)), 0.1, 4)
        return self.pool(self.b.node("Concat", a, b, axis=1))


class OneQuantizeManyDequantize(Residual):
    def act(self, x):
        b = self.b
        s, z = b.constant(np.float32(0.02)), b.constant(np.uint8(0))
        q = b.node("QuantizeLinear", x, s, z)
        self.again = b.node("DequantizeLinear", q, s, z)
        return b.node("DequantizeLinear", q, s, z)

    def middle(self, x):
        y = self.b.node("Add", self.conv(x, *self.make(6, 6, 3, 3)), self.again)
        return self.pool(self.act(y))


class Mlp(Net):
    image_sizes = (24,)

    def first(self, x):
        return self.act(self.linear(x, *self.make(16, 24), self.bias(16)))

    def middle(self, x):
        return self.act(self.linear(x, *self.make(12, 16), self.bias(12)))

    def head(self, x, features=12):
        return self.linear(x, *self.make(5, 12), self.bias(5))


class MlpMatMul(Mlp):
    """qonnx's cleanup: MatMul over transposed weights, the layers' biases as Add."""
    def linear(self, x, codes, scale, bias):
        b = self.b
        y = b.node("MatMul", x, b.node("Transpose", self.weights(codes, scale), perm=[1, 0]))
        return b.node("Add", y, b.constant(bias))


class NormalizedImage(Net):
    """(x - mean) / std in the file, in front of the image's quantizer."""
    def input(self):
        b = self.b
        mean, deviation = (b.constant(np.array(v, np.float32).reshape(1, 2, 1, 1)) for v in ((0.48, 0.41), (0.27, 0.23)))
        x = b.node("Div", b.node("Sub", "image", mean), deviation)
        return self.quantized(x, 0.02, np.int8(0))


class NormalizedCodes(Net):
    """(x - mean) / std behind the image's quantizer: zero is no code, and the first layer pads."""
    def input(self):
        b = self.b
        x = self.activation("image", 1 / 255, 8)
        x = b.node("Mul", x, b.constant(np.float32(2)))
        return b.node("Sub", x, b.constant(np.float32(1)))


class ByteImage(Net):
    """An image of 0..255."""
    top = 255

    def input(self):
        return self.activation("image", 1, 8)

    def first(self, x):
        codes, scale = self.make(6, 2, 3, 3)
        return self.act(self.conv(x, codes, scale / np.float32(255), bias=self.bias(6)))


class SignedImage(Net):
    """Of -1..1, in signed codes."""
    low = -1

    def input(self):
        return self.quantized("image", 1 / 127, np.int8(0))


class ReluImage(Net):
    """A ReLU in front of the image's quantizer (QKeras)."""
    low = -1

    def input(self):
        return self.activation(self.relu("image"), 1 / 255, 8)


class QuantizedLogits(Net):
    def head(self, x, features=96):
        return self.quantized(super().head(x), 0.05, np.int8(3))


class ScaledLogits(Net):
    def head(self, x, features=96):
        b = self.b
        x = b.node("Mul", super().head(x), b.constant(np.float32(1.7)))
        return b.node("Add", x, b.constant(np.float32(-0.4)))


class NormedLogits(Net):
    """Batch norm of one value (FINN's TensorNorm): Sub, Div, Mul, Add of scalars."""
    def head(self, x, features=96):
        b = self.b
        x = super().head(x)
        for op, value in (("Sub", 0.3), ("Div", 1.9), ("Mul", 0.7), ("Add", 0.2)):
            x = b.node(op, x, b.constant(np.float32(value)))
        return x


class SoftmaxEnd(Net):
    op = "Softmax"

    def head(self, x, features=96):
        return self.b.node(self.op, super().head(x), axis=1)


class LogSoftmaxEnd(SoftmaxEnd):
    op = "LogSoftmax"


class ConvolutionEnd(Net):
    """The last layer has more than one pixel: logits in the file's own order."""
    def head(self, x, features=96):
        return self.conv(x, *self.make(5, 6, 3, 3), bias=self.bias(5))


class ConvolutionEndFlat(ConvolutionEnd):
    def head(self, x, features=96):
        return self.flatten(super().head(x), 80)


class GlobalPoolEnd(Net):
    """A 1 x 1 convolution to the classes, then the average of each."""
    def head(self, x, features=96):
        x = self.conv(x, *self.make(5, 6, 1, 1), pads=(0, 0, 0, 0))
        return self.flatten(self.b.node("GlobalAveragePool", x), 5)


FORMS = {
    "residual": Residual, "residual_quantized": ResidualQuantized, "residual_projection": ResidualProjection,
    "residual_projection_open": ResidualProjectionOpen, "residual_reused": ResidualReused, "residual_sum": ResidualSum,
    "concat": ConcatSame, "concat_steps": ConcatSteps, "two_readers": TwoReaders,
    "one_quantize_many_dequantize": OneQuantizeManyDequantize, "mlp": Mlp, "mlp_matmul": MlpMatMul,
    "normalized_image": NormalizedImage, "normalized_codes": NormalizedCodes, "byte_image": ByteImage,
    "signed_image": SignedImage, "relu_image": ReluImage, "quantized_logits": QuantizedLogits,
    "scaled_logits": ScaledLogits, "normed_logits": NormedLogits, "softmax": SoftmaxEnd, "log_softmax": LogSoftmaxEnd,
    "convolution_end": ConvolutionEnd, "convolution_end_flat": ConvolutionEndFlat, "global_pool_end": GlobalPoolEnd,
}
