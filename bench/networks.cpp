// SPDX-License-Identifier: Apache-2.0
#include "bench/networks.h"

#include "common/rng.h"
#include "quant/lower.h"
#include "quant/spec/network_spec.h"
#include "quant/spec/random_weights.h"

namespace cimarron::bench {

IntegerNetwork shipped_network(const std::string& name, int activation_bits) {
    const std::string file = CIMARRON_SOURCE_DIR "/configs/network/" + name + ".yaml";
    return lower(random_weights(load_network_spec(file), activation_bits, 1));
}

Codes random_image(const Shape& shape, std::uint64_t seed) {
    Rng rng(seed);
    Codes image;
    for (int i = 0; i < shape.size(); ++i)
        image.push_back(static_cast<std::uint8_t>(rng.coin(0.5) ? rng.uniform_int(1, 255) : 0));
    return image;
}

std::vector<Codes> random_images(const Shape& shape, int count) {
    std::vector<Codes> images;
    for (int i = 0; i < count; ++i)
        images.push_back(random_image(shape, static_cast<std::uint64_t>(i)));
    return images;
}

NonIdealities all_effects() {
    NonIdealities effects;
    effects.cell = {0.05, 0.05, 0.1, 0.01, 0.001, 0.001, 0.005, 0.01, 0.2, 10, 1e-5};
    effects.adc = {0.3, 0.01, 0.3, 0.3};
    return effects;
}

}  // namespace cimarron::bench
