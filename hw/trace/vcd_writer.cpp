// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/vcd_writer.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace cimarron {

namespace {

constexpr int kTimeBytes = 21;  // of a time line, at most

// VCD identifiers are strings over the printable characters ! to ~.
std::string identifier(int index) {
    constexpr int kBase = '~' - '!' + 1;
    std::string id;
    for (int rest = index + 1; rest > 0; rest /= kBase) id += static_cast<char>('!' + rest % kBase);
    return id;
}

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
        parts.push_back(path.substr(begin, dot - begin));
        begin = dot + 1;
    }
    parts.push_back(path.substr(begin));
    return parts;
}

}  // namespace

VcdWriter::VcdWriter(std::filesystem::path file, std::int64_t period_ps, std::int64_t from_cycle,
                     std::int64_t to_cycle, std::int64_t limit_bytes)
    : file_(std::move(file)),
      aside_(file_.string() + ".part"),
      out_(aside_),
      period_ps_(period_ps),
      from_(from_cycle),
      to_(to_cycle),
      limit_bytes_(limit_bytes) {
    if (!out_) throw UserError(fmt::format("{}: cannot be written", file_.string()));
}

VcdWriter::~VcdWriter() {
    if (!out_.is_open()) return;
    out_.close();
    std::error_code ignored;
    std::filesystem::remove(aside_, ignored);
}

int VcdWriter::add(const std::string& path, int width) {
    const auto index = static_cast<int>(variables_.size());
    variables_.push_back({path, width,
                          std::vector<Word>(static_cast<std::size_t>(words_for(width))),
                          identifier(index)});
    return index;
}

void VcdWriter::set(int variable, const Word* words, std::int64_t cycle) {
    Variable& v = variables_[static_cast<std::size_t>(variable)];
    const bool changed = !std::equal(v.value.begin(), v.value.end(), words);
    if (phase_ != Phase::after && origin_ >= 0) {
        const std::int64_t at = cycle - origin_;
        if (phase_ == Phase::before && at >= from_) open_window();
        if (phase_ == Phase::inside && at > to_) close_window();
        const bool new_time = changed && written_cycle_ != at;
        if (phase_ == Phase::inside && new_time && limit_reached()) stop();
        if (phase_ == Phase::inside && new_time) {
            out_ << '#' << at * period_ps_ << '\n';
            written_cycle_ = at;
            value_bytes_ += kTimeBytes;
        }
    }
    if (!changed) return;
    std::copy(words, words + v.value.size(), v.value.begin());
    if (phase_ == Phase::inside) write_value(v);
}

void VcdWriter::open_window() {
    write_header();
    out_ << '#' << from_ * period_ps_ << "\n$dumpvars\n";
    for (const Variable& v : variables_) write_value(v);
    out_ << "$end\n";
    phase_ = Phase::inside;
    written_cycle_ = from_;
}

void VcdWriter::close_window() {
    out_ << '#' << to_ * period_ps_ << '\n';
    phase_ = Phase::after;
}

void VcdWriter::stop() {
    out_ << "$comment stopped: the limit of " << limit_bytes_ << " bytes is reached $end\n";
    stopped_at_ = written_cycle_;
    phase_ = Phase::after;
}

void VcdWriter::finish() {
    if (phase_ == Phase::before) open_window();
    if (phase_ == Phase::inside) close_window();
    out_.close();
    if (!out_) throw UserError(fmt::format("{}: writing failed", file_.string()));
    std::filesystem::rename(aside_, file_);
}

void VcdWriter::write_header() {
    out_ << "$comment Cimarron; time 0 is the start of the first image $end\n$timescale 1ps $end\n";
    std::vector<std::size_t> order(variables_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const auto scope = [&](std::size_t i) {
            const std::string& path = variables_[i].path;
            return path.substr(0, path.rfind('.'));
        };
        return scope(a) < scope(b);
    });
    std::vector<std::string> open;
    const auto leave_to = [&](std::size_t depth) {
        for (; open.size() > depth; open.pop_back()) out_ << "$upscope $end\n";
    };
    for (const std::size_t index : order) {
        const Variable& v = variables_[index];
        std::vector<std::string> scope = split(v.path);
        const std::string name = scope.back();
        scope.pop_back();
        const auto differ =
            std::mismatch(open.begin(), open.end(), scope.begin(), scope.end()).first;
        leave_to(static_cast<std::size_t>(differ - open.begin()));
        for (std::size_t i = open.size(); i < scope.size(); ++i) {
            out_ << "$scope module " << scope[i] << " $end\n";
            open.push_back(scope[i]);
        }
        out_ << "$var wire " << v.width << ' ' << v.id << ' ' << name;
        if (v.width > 1) out_ << " [" << v.width - 1 << ":0]";
        out_ << " $end\n";
    }
    leave_to(0);
    out_ << "$enddefinitions $end\n";
}

void VcdWriter::write_value(const Variable& v) {
    value_bytes_ += v.width + static_cast<std::int64_t>(v.id.size()) + 3;
    if (v.width == 1) {
        out_ << (get_bit(v.value.data(), 0) ? '1' : '0') << v.id << '\n';
        return;
    }
    int top = v.width - 1;  // leading zeros may be left out
    while (top > 0 && !get_bit(v.value.data(), top)) --top;
    out_ << 'b';
    for (int bit = top; bit >= 0; --bit) out_ << (get_bit(v.value.data(), bit) ? '1' : '0');
    out_ << ' ' << v.id << '\n';
}

}  // namespace cimarron
