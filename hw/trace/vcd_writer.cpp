// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/vcd_writer.h"

#include "common/error.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string_view>

namespace cimarron {

namespace {

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
    write_text(fmt::format("#{}\n$dumpvars\n", cycle * period_ps_));
    for (const Variable& v : variables_) write_value(v);
    write_text("$end\n");
    written_cycle_ = cycle;
}

bool VcdWriter::keep(int variable, const Word* words) {
    const Variable& v = variables_[static_cast<std::size_t>(variable)];
    Word* value = values_.data() + v.first_word;
    const int count = std::max(1, words_for(v.width));
    if (std::equal(value, value + count, words)) return false;
    std::copy(words, words + count, value);
    return true;
}

bool VcdWriter::keep_real(int variable, double value) {
    Word bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    return keep(variable, bits);
}

void VcdWriter::comment(const std::string& text) {
    write_text("$comment " + text + " $end\n");
}

void VcdWriter::finish(std::int64_t last_cycle) {
    write_time(last_cycle);
    flush();
    out_.close();
    if (!out_) throw UserError(fmt::format("{}: writing failed", file_.string()));
    std::filesystem::rename(aside_, file_);
}

void VcdWriter::write_time(std::int64_t cycle) {
    if (written_cycle_ == cycle) return;
    const fmt::format_int time(cycle * period_ps_);
    char* end = room();
    *end++ = '#';
    end = std::copy_n(time.data(), time.size(), end);
    *end++ = '\n';
    text_.stop_at(end);
    written_cycle_ = cycle;
}

void VcdWriter::flush() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    flushed_ += static_cast<std::int64_t>(text_.size());
    text_.clear();
}

void VcdWriter::write_header() {
    write_text(
        "$comment Cimarron; time 0 is the start of the first image $end\n$timescale 1ps $end\n");
    std::vector<std::size_t> order(variables_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto scope_of = [&](std::size_t i) {
        return std::string_view(paths_[i]).substr(0, paths_[i].rfind('.'));
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scope_of(a) < scope_of(b); });
    std::vector<std::string> open;
    const auto leave_to = [&](std::size_t depth) {
        for (; open.size() > depth; open.pop_back()) write_text("$upscope $end\n");
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
            write_text("$scope module " + scope[i] + " $end\n");
            open.push_back(scope[i]);
        }
        const bool real = v.width == 0;
        const std::string range = v.width > 1 ? fmt::format(" [{}:0]", v.width - 1) : "";
        write_text(fmt::format(
            "$var {} {} {} {}{} $end\n", real ? "real" : "wire", real ? 64 : v.width,
            std::string_view(v.id, static_cast<std::size_t>(v.id_length)), name, range));
    }
    leave_to(0);
    write_text("$enddefinitions $end\n");
}

void VcdWriter::write_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t piece = std::min(text.size(), TextBuffer::kPiece);
        text_.stop_at(std::copy_n(text.data(), piece, room()));
        text.remove_prefix(piece);
    }
}

// Most of a dump's time is spent here. Leading zeros may be left out.
void VcdWriter::write_value(const Variable& v) {
    char* end = room();
    const Word value = values_[v.first_word];
    if (v.width > kWordBits) {
        end = write_wide(v);
        *end++ = ' ';
    } else if (v.width > 1) {
        *end++ = 'b';
        end = write_binary(end, value & low_bits(v.width));
        *end++ = ' ';
    } else if (v.width == 1) {
        *end++ = static_cast<char>('0' + (value & 1));
    } else {
        double real = 0;
        std::memcpy(&real, &value, sizeof(real));
        end = fmt::format_to(end, FMT_COMPILE("r{} "), real);
    }
    std::memcpy(end, v.id, sizeof(v.id));
    end += v.id_length;
    *end++ = '\n';
    text_.stop_at(end);
}

char* VcdWriter::write_wide(const Variable& v) {
    const Word* value = values_.data() + v.first_word;
    int word = words_for(v.width) - 1;
    Word top = value[word] & low_bits(v.width - word * kWordBits);
    while (top == 0 && word > 0) top = value[--word];
    char* end = room();
    *end++ = 'b';
    end = write_binary(end, top);
    while (--word >= 0) {
        text_.stop_at(end);
        end = write_binary_word(room(), value[word]);
    }
    return end;
}

}  // namespace cimarron
