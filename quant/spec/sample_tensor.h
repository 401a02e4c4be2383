// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <vector>

namespace cimarron {

// One tensor of a network, for a few sample images: what the batch-norm statistics and quantizer
// steps of random weights are taken from.
struct SampleTensor {
    Shape shape;
    ActivationQuantizer quantizer;
    std::vector<Codes> codes;     // per image, HWC; empty for a stream
    std::vector<Stream> streams;  // per image, HWC; empty for codes
};

// Real values of a tensor before its quantizer, per image, HWC.
using SampleValues = std::vector<std::vector<float>>;

// Values of a node, from the tensors it reads; a convolution's without batch norm and shortcut.
SampleValues dot_products(const ConvNode& node, const SampleTensor& in);
SampleValues averages(const PoolNode& node, const SampleTensor& in);
SampleValues real_values(const SampleTensor& in);

// Batch norm to mean 0 and variance 1 per channel. Where samples are few, the statistics lean on
// the whole layer's, so that a single sample is not normalized to nothing.
BatchNorm batch_norm_of(const SampleValues& values, int channels);
void normalize(SampleValues& values, const BatchNorm& norm);

void add_shortcut(SampleValues& values, const Shape& shape, const Shortcut& shortcut,
                  const SampleTensor& from);

// Quantizers for these values: codes by the half-normal distribution's step at their standard
// deviation; averages, which lie close together, up to the largest; streams by the power of two
// that leaves half of the range free.
ActivationQuantizer code_quantizer(const SampleValues& values, int bits);
ActivationQuantizer average_quantizer(const SampleValues& values, int bits);
ActivationQuantizer stream_quantizer(const SampleValues& values, int bits);

SampleTensor quantized(const SampleValues& values, const Shape& shape,
                       const ActivationQuantizer& quantizer);
SampleTensor max_pooled(const PoolNode& node, const SampleTensor& in);

}  // namespace cimarron
