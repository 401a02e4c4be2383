// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/stage_graph.h"

#include "common/error.h"

#include <fmt/format.h>

#include <type_traits>

namespace cimarron {

namespace {

class GraphBuilder {
public:
    explicit GraphBuilder(const IntegerNetwork& network)
        : network_(network), made_by_(network.layers.size()), tensors_(network.layers.size(), -1) {
        program_.network = network.name;
        program_.tensors = {{"image", -1, network.input, network.input_bits}};
        for (const Layer& layer : network.layers) {
            if (const auto* mvm = std::get_if<MvmLayer>(&layer))
                add(*mvm);
            else if (const auto* pool = std::get_if<PoolLayer>(&layer))
                add_post(*pool, pool->source);
            else
                add_post(std::get<QuantizeLayer>(layer), std::get<QuantizeLayer>(layer).source);
            ++next_;
        }
        tensor(static_cast<int>(network.layers.size()) - 1);
    }
    Program take() { return std::move(program_); }

private:
    struct Maker {
        int stage = 0;
        int post = -1;
    };

    void add(const MvmLayer& mvm) {
        made_by_[next_] = {static_cast<int>(program_.stages.size()), -1};
        Stage stage;
        stage.mvm = mvm;
        stage.input = tensor(mvm.source);
        if (mvm.residual) stage.residual = tensor(mvm.residual->source);
        program_.stages.push_back(std::move(stage));
    }

    template <class PostLayerKind>
    void add_post(const PostLayerKind& layer, int source) {
        const Maker& from = made_by_[static_cast<std::size_t>(source)];
        Stage& stage = program_.stages[static_cast<std::size_t>(from.stage)];
        made_by_[next_] = {from.stage, static_cast<int>(stage.post.size())};
        stage.post.push_back({layer, from.post});
        if constexpr (std::is_same_v<PostLayerKind, QuantizeLayer>) {
            if (!layer.residual) return;
            if (made_by_[static_cast<std::size_t>(layer.residual->source)].stage >= from.stage)
                throw UserError(
                    fmt::format("layer {}: adds two tensors that the same convolution makes, which "
                                "no tile can",
                                layer.name));
            if (stage.residual >= 0 || layer.shape != stage.mvm.output)
                throw UserError(fmt::format(
                    "layer {}: its residual add comes behind {} in a tile; one add for each "
                    "convolution, before any pooling, is possible",
                    layer.name, stage.residual >= 0 ? "another" : "pooling"));
            stage.residual = tensor(layer.residual->source);
        }
    }

    // The tensor of a layer's output; -1: the image.
    int tensor(int index) {
        if (index < 0) return 0;
        int& tensor = tensors_[static_cast<std::size_t>(index)];
        if (tensor >= 0) return tensor;
        tensor = static_cast<int>(program_.tensors.size());
        const Layer& layer = network_.layers[static_cast<std::size_t>(index)];
        const Maker& maker = made_by_[static_cast<std::size_t>(index)];
        const int bits = output_bits_of(layer);
        program_.tensors.push_back({name_of(layer), maker.stage, output_of(layer), bits});
        program_.stages[static_cast<std::size_t>(maker.stage)].outputs.push_back(
            {tensor, maker.post, bits});
        return tensor;
    }

    const IntegerNetwork& network_;
    Program program_;
    std::size_t next_ = 0;        // layer
    std::vector<Maker> made_by_;  // per layer
    std::vector<int> tensors_;    // per layer, -1: none yet
};

}  // namespace

Program stage_graph(const IntegerNetwork& network) {
    return GraphBuilder(network).take();
}

}  // namespace cimarron
