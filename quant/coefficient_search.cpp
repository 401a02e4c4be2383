// SPDX-License-Identifier: Apache-2.0
#include "quant/coefficient_search.h"

#include "quant/lower.h"
#include "quant/real_reference.h"
#include "quant/reference.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>

namespace cimarron {

namespace {

constexpr int kFewest = 4;
constexpr int kMost = 32;

// Codes of every node that gives any, by name and image.
class RightCodes {
public:
    RightCodes(const Network& network, const std::vector<Codes>& images) : images_(images) {
        RealReference reference(network);
        const std::vector<TensorInfo> outputs = outputs_of(network);
        for (const Codes& image : images) {
            reference.run(image);
            for (std::size_t i = 0; i < outputs.size(); ++i) {
                if (!outputs[i].is_codes()) continue;
                const std::vector<std::int64_t>& right = reference.integers()[i];
                codes_[name_of(network.nodes[i])].emplace_back(right.begin(), right.end());
            }
        }
    }

    // Stops after the first image that differs in more than `most` codes.
    CoefficientChoice compare(const IntegerNetwork& lowered, int bits, std::int64_t most) const {
        CoefficientChoice result{bits, 0, 0};
        Reference reference(lowered);
        for (std::size_t k = 0; k < images_.size() && result.different <= most; ++k) {
            reference.logits(images_[k]);
            for (std::size_t i = 0; i < lowered.layers.size(); ++i) {
                const auto found = codes_.find(name_of(lowered.layers[i]));
                if (found == codes_.end()) continue;
                count(found->second[k], reference.activations()[i], result);
            }
        }
        return result;
    }

private:
    static void count(const Codes& right, const Codes& codes, CoefficientChoice& result) {
        result.codes += static_cast<std::int64_t>(right.size());
        for (std::size_t at = 0; at < right.size(); ++at)
            result.different += right[at] != codes[at] ? 1 : 0;
    }

    const std::vector<Codes>& images_;
    std::map<std::string, std::vector<Codes>> codes_;
};

}  // namespace

CoefficientChoice fewest_coefficient_bits(const Network& network,
                                          const std::vector<Codes>& images) {
    const RightCodes right(network, images);
    for (int bits = kFewest; bits < kMost; ++bits) {
        const CoefficientChoice choice = right.compare(lower(network, bits), bits, 0);
        if (choice.different == 0) return choice;
    }
    return right.compare(lower(network, kMost), kMost, std::numeric_limits<std::int64_t>::max());
}

CoefficientChoice compare_coefficients(const Network& network, const std::vector<Codes>& images,
                                       int bits) {
    return RightCodes(network, images)
        .compare(lower(network, bits), bits, std::numeric_limits<std::int64_t>::max());
}

}  // namespace cimarron
