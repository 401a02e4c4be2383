// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/vcd_writer.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <numeric>
#include <string_view>

namespace cimarron {

namespace {

constexpr std::size_t kFlushBytes = std::size_t{1} << 16;

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

VcdWriter::VcdWriter(std::filesystem::path file, std::int64_t period_ps)
    : file_(std::move(file)),
      aside_(file_.string() + ".part"),
      out_(aside_, std::ios::binary),
      period_ps_(period_ps) {
    if (!out_) throw UserError(fmt::format("{}: cannot be written", file_.string()));
}

VcdWriter::~VcdWriter() {
    if (!out_.is_open()) return;
    out_.close();
    std::error_code ignored;
    std::filesystem::remove(aside_, ignored);
}

int VcdWriter::add(const std::string& path, int width) {
    return add_variable(path, width);
}

int VcdWriter::add_real(const std::string& path) {
    return add_variable(path, 0);
}

int VcdWriter::add_variable(const std::string& path, int width) {
    const auto index = static_cast<int>(variables_.size());
    const std::string id = identifier(index);
    Variable v{values_.size(), width, static_cast<int>(id.size()), {}};
    id.copy(v.id, sizeof(v.id));
    variables_.push_back(v);
    paths_.push_back(path);
    values_.resize(values_.size() + static_cast<std::size_t>(std::max(1, words_for(width))));
    return index;
}

void VcdWriter::begin(std::int64_t cycle) {
    write_header();
    fmt::format_to(std::back_inserter(text_), "#{}\n$dumpvars\n", cycle * period_ps_);
    for (const Variable& v : variables_) write_value(v);
    text_ += "$end\n";
    begun_ = true;
    written_cycle_ = cycle;
}

void VcdWriter::set(int variable, const Word* words, std::int64_t cycle) {
    const Variable& v = variables_[static_cast<std::size_t>(variable)];
    Word* value = values_.data() + v.first_word;
    const int count = std::max(1, words_for(v.width));
    if (std::equal(value, value + count, words)) return;
    std::copy(words, words + count, value);
    if (begun_) write_change(v, cycle);
}

void VcdWriter::set_real(int variable, double value, std::int64_t cycle) {
    Word bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    set(variable, bits, cycle);
}

void VcdWriter::comment(const std::string& text) {
    text_ += "$comment " + text + " $end\n";
}

void VcdWriter::finish(std::int64_t last_cycle) {
    if (begun_) write_time(last_cycle);
    flush();
    out_.close();
    if (!out_) throw UserError(fmt::format("{}: writing failed", file_.string()));
    std::filesystem::rename(aside_, file_);
}

void VcdWriter::write_time(std::int64_t cycle) {
    if (written_cycle_ == cycle) return;
    const fmt::format_int time(cycle * period_ps_);
    text_ += '#';
    text_.append(time.data(), time.size());
    text_ += '\n';
    written_cycle_ = cycle;
    if (text_.size() >= kFlushBytes) flush();
}

void VcdWriter::flush() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    flushed_ += static_cast<std::int64_t>(text_.size());
    text_.clear();
}

void VcdWriter::write_header() {
    text_ +=
        "$comment Cimarron; time 0 is the start of the first image $end\n$timescale 1ps $end\n";
    std::vector<std::size_t> order(variables_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto scope_of = [&](std::size_t i) {
        return std::string_view(paths_[i]).substr(0, paths_[i].rfind('.'));
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scope_of(a) < scope_of(b); });
    std::vector<std::string> open;
    const auto leave_to = [&](std::size_t depth) {
        for (; open.size() > depth; open.pop_back()) text_ += "$upscope $end\n";
    };
    for (const std::size_t index : order) {
        const Variable& v = variables_[index];
        std::vector<std::string> scope = split(paths_[index]);
        const std::string name = scope.back();
        scope.pop_back();
        const auto differ =
            std::mismatch(open.begin(), open.end(), scope.begin(), scope.end()).first;
        leave_to(static_cast<std::size_t>(differ - open.begin()));
        for (std::size_t i = open.size(); i < scope.size(); ++i) {
            text_ += "$scope module " + scope[i] + " $end\n";
            open.push_back(scope[i]);
        }
        const bool real = v.width == 0;
        text_ += fmt::format("$var {} {} {} {}", real ? "real" : "wire", real ? 64 : v.width,
                             std::string(v.id, static_cast<std::size_t>(v.id_length)), name);
        if (v.width > 1) text_ += fmt::format(" [{}:0]", v.width - 1);
        text_ += " $end\n";
    }
    leave_to(0);
    text_ += "$enddefinitions $end\n";
}

// Most of a dump's time is spent here: one append a change. Leading zeros may be left out.
void VcdWriter::write_value(const Variable& v) {
    if (v.width > kWordBits) return write_wide(v);
    char text[kWordBits + 32];
    char* end = text;
    Word value = values_[v.first_word];
    if (v.width == 0) {
        double real = 0;
        std::memcpy(&real, &value, sizeof(real));
        end = fmt::format_to(end, "r{} ", real);
    } else if (v.width == 1) {
        *end++ = static_cast<char>('0' + (value & 1));
    } else {
        if (v.width < kWordBits) value &= (Word{1} << v.width) - 1;
        *end++ = 'b';
        for (int bit = value == 0 ? 0 : kWordBits - 1 - __builtin_clzll(value); bit >= 0; --bit)
            *end++ = static_cast<char>('0' + ((value >> bit) & 1));
        *end++ = ' ';
    }
    end = std::copy_n(v.id, v.id_length, end);
    *end++ = '\n';
    text_.append(text, static_cast<std::size_t>(end - text));
}

void VcdWriter::write_wide(const Variable& v) {
    const Word* value = values_.data() + v.first_word;
    int top = v.width - 1;
    while (top > 0 && !get_bit(value, top)) --top;
    text_ += 'b';
    for (int bit = top; bit >= 0; --bit) text_ += get_bit(value, bit) ? '1' : '0';
    text_ += ' ';
    text_.append(v.id, static_cast<std::size_t>(v.id_length));
    text_ += '\n';
}

}  // namespace cimarron
