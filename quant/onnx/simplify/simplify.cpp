// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/simplify.h"

#include "common/error.h"
#include "quant/onnx/simplify/fold.h"
#include "quant/onnx/simplify/layers.h"
#include "quant/onnx/simplify/layouts.h"
#include "quant/onnx/simplify/no_ops.h"
#include "quant/onnx/simplify/shapes.h"

namespace cimarron::foreign {

namespace {

// A round moves every Transpose past one node, so that rounds are as many as a chain is long.
constexpr int kMostRounds = 2000;

void settle(Graph& graph, Changes& changes) {
    for (int round = 0; round < kMostRounds; ++round) {
        infer_shapes(graph);
        bool changed = remove_no_ops(graph, changes);
        infer_shapes(graph);
        changed = sink_transposes(graph, changes) || changed;
        if (!changed) return;
    }
    throw UserError("its Transposes do not come to rest");
}

}  // namespace

Ending simplify(Graph& graph, Changes& changes) {
    fold_constants(graph, changes);
    put_image_channels_first(graph, changes);
    settle(graph, changes);
    const Ending ending = drop_ending(graph, changes);
    simplify_layers(graph, changes);
    return ending;
}

void simplify_layers(Graph& graph, Changes& changes) {
    infer_shapes(graph);
    join_pads(graph, changes);
    infer_shapes(graph);
    unify_layers(graph, changes);
    settle(graph, changes);
}

}  // namespace cimarron::foreign
