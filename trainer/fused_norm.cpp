// SPDX-License-Identifier: Apache-2.0
#include "trainer/fused_norm.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

namespace cimarron {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

constexpr auto kChannelsLast = torch::MemoryFormat::ChannelsLast;

// An autograd function takes no undefined tensors: none is an empty one.
torch::Tensor or_empty(const torch::Tensor& tensor) {
    return tensor.defined() ? tensor : torch::empty({0});
}
bool present(const torch::Tensor& tensor) {
    return tensor.defined() && tensor.numel() > 0;
}
const float* data(const torch::Tensor& tensor) {
    return present(tensor) ? tensor.data_ptr<float>() : nullptr;
}
float* writable(const torch::Tensor& tensor) {
    return present(tensor) ? tensor.data_ptr<float>() : nullptr;
}
std::vector<float> values(const torch::Tensor& tensor) {
    return {tensor.data_ptr<float>(), tensor.data_ptr<float>() + tensor.numel()};
}
torch::Tensor tensor_of(const std::vector<float>& values) {
    return torch::tensor(torch::ArrayRef<float>(values));
}
torch::Tensor in_order(const torch::Tensor& tensor) {
    return tensor.defined() ? tensor.contiguous(kChannelsLast) : tensor;
}

// scale x + offset is the batch norm.
struct Line {
    std::vector<float> scale, offset, mean, inverse_deviation;
};

Line line_of(const NormMoments& moments, const torch::Tensor& weight, const torch::Tensor& bias,
             double epsilon) {
    Line line;
    for (std::size_t c = 0; c < moments.mean.size(); ++c) {
        const double inverse = 1 / std::sqrt(moments.variance[c] + epsilon);
        const double scale = inverse * static_cast<double>(weight.data_ptr<float>()[c]);
        const double bias_c = static_cast<double>(bias.data_ptr<float>()[c]);
        line.scale.push_back(static_cast<float>(scale));
        line.offset.push_back(static_cast<float>(bias_c - scale * moments.mean[c]));
        line.mean.push_back(static_cast<float>(moments.mean[c]));
        line.inverse_deviation.push_back(static_cast<float>(inverse));
    }
    return line;
}

struct FusedNormFunction : torch::autograd::Function<FusedNormFunction> {
    // The sum where kept, the codes where there are any. The batch's statistics, and with them
    // weight and bias, are in `line`; their gradients are part of the products' own.
    static tensor_list forward(AutogradContext* context, const torch::Tensor& x,
                               const torch::Tensor& /*weight*/, const torch::Tensor& /*bias*/,
                               const torch::Tensor& shortcut, const torch::Tensor& step,
                               const torch::Tensor& shape, const Line& line, NormTail tail,
                               bool keep_sum, float* largest) {
        if (tail.kind == NormTail::Kind::staircase) {
            tail.step = step.item<float>();
            tail.shape = shape.item<float>();
        }
        const bool coded = tail.kind != NormTail::Kind::none;
        const torch::Tensor sum = keep_sum ? torch::empty_like(x) : torch::Tensor();
        const torch::Tensor codes = coded ? torch::empty_like(x) : torch::Tensor();
        NormForward job;
        job.channels = x.size(1);
        job.rows = x.numel() / job.channels;
        job.x = data(x);
        job.shortcut = data(shortcut);
        job.sum = writable(sum);
        job.codes = writable(codes);
        job.scale = line.scale;
        job.offset = line.offset;
        job.tail = tail;
        *largest = norm_forward(job);
        context->set_materialize_grads(false);
        context->save_for_backward({x, tensor_of(line.scale), tensor_of(line.offset),
                                    tensor_of(line.mean), tensor_of(line.inverse_deviation),
                                    present(shortcut) && coded ? sum : torch::Tensor()});
        context->saved_data["kind"] = static_cast<std::int64_t>(tail.kind);
        context->saved_data["staircase"] = static_cast<std::int64_t>(tail.staircase);
        context->saved_data["bits"] = std::int64_t{tail.bits};
        context->saved_data["step"] = static_cast<double>(tail.step);
        context->saved_data["shape"] = static_cast<double>(tail.shape);
        context->saved_data["keep_sum"] = keep_sum;
        context->saved_data["shortcut"] = present(shortcut);
        tensor_list result;
        if (keep_sum) result.push_back(sum);
        if (coded) result.push_back(codes);
        return result;
    }

    static NormTail saved_tail(AutogradContext* context) {
        NormTail tail;
        tail.kind = static_cast<NormTail::Kind>(context->saved_data["kind"].toInt());
        tail.staircase = static_cast<Staircase>(context->saved_data["staircase"].toInt());
        tail.bits = static_cast<int>(context->saved_data["bits"].toInt());
        tail.step = static_cast<float>(context->saved_data["step"].toDouble());
        tail.shape = static_cast<float>(context->saved_data["shape"].toDouble());
        return tail;
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const auto saved = context->get_saved_variables();
        const torch::Tensor& x = saved[0];
        const bool keep_sum = context->saved_data["keep_sum"].toBool();
        const torch::Tensor sum_gradient = keep_sum ? in_order(gradients[0]) : torch::Tensor();
        NormBackward job;
        job.tail = saved_tail(context);
        const bool coded = job.tail.kind != NormTail::Kind::none;
        const torch::Tensor codes_gradient = coded ? in_order(gradients.back()) : torch::Tensor();
        const torch::Tensor v_gradient = torch::empty_like(x);
        const torch::Tensor x_gradient = torch::empty_like(x);
        job.channels = x.size(1);
        job.rows = x.numel() / job.channels;
        job.x = data(x);
        job.scale = values(saved[1]);
        job.offset = values(saved[2]);
        job.mean = values(saved[3]);
        job.inverse_deviation = values(saved[4]);
        job.sum = data(saved[5]);
        job.sum_gradient = data(sum_gradient);
        job.codes_gradient = data(codes_gradient);
        job.v_gradient = writable(v_gradient);
        job.x_gradient = writable(x_gradient);
        const NormGradients by = norm_backward(job);
        const bool stepped = job.tail.kind == NormTail::Kind::staircase;
        const auto scalar = [&](double value) {
            return stepped ? torch::full({}, value, torch::kFloat) : torch::Tensor();
        };
        return {x_gradient,
                tensor_of(by.scale),
                tensor_of(by.offset),
                context->saved_data["shortcut"].toBool() ? v_gradient : torch::Tensor(),
                scalar(by.step),
                scalar(by.shape),
                torch::Tensor(),
                torch::Tensor(),
                torch::Tensor(),
                torch::Tensor()};
    }
};

void update_statistics(torch::nn::BatchNorm2d norm, const NormMoments& moments,
                       std::int64_t count) {
    const torch::NoGradGuard no_gradient;
    norm->num_batches_tracked += 1;
    const double share = norm->options.momentum().value();
    const double unbiased =
        static_cast<double>(count) / static_cast<double>(std::max<std::int64_t>(count - 1, 1));
    float* mean = norm->running_mean.data_ptr<float>();
    float* variance = norm->running_var.data_ptr<float>();
    const auto towards = [share](float* value, double found) {
        *value = static_cast<float>((1 - share) * static_cast<double>(*value) + share * found);
    };
    for (std::size_t c = 0; c < moments.mean.size(); ++c) {
        towards(mean + c, moments.mean[c]);
        towards(variance + c, moments.variance[c] * unbiased);
    }
}

}  // namespace

bool can_fuse_norm(const torch::Tensor& products) {
    return products.is_cpu() && products.scalar_type() == torch::kFloat && products.dim() == 4 &&
           products.is_contiguous(kChannelsLast);
}

FusedNormResult fused_norm(const torch::nn::BatchNorm2d& norm, const torch::Tensor& products,
                           const FusedNorm& behind) {
    const std::int64_t channels = products.size(1);
    const std::int64_t rows = products.numel() / channels;
    const NormMoments moments =
        norm_moments(data(products), rows, channels, norm->running_mean.data_ptr<float>());
    update_statistics(norm, moments, rows);
    const Line line = line_of(moments, norm->weight, norm->bias, norm->options.eps());
    const bool coded = behind.tail.kind != NormTail::Kind::none;
    const bool keep_sum = behind.keep_sum || behind.shortcut.defined() || !coded;
    FusedNormResult result;
    const tensor_list found = FusedNormFunction::apply(
        products, norm->weight, norm->bias, or_empty(in_order(behind.shortcut)),
        or_empty(behind.step), or_empty(behind.shape), line, behind.tail, keep_sum,
        &result.largest);
    if (keep_sum) result.sum = found.front();
    if (coded) result.codes = found.back();
    return result;
}

}  // namespace cimarron
