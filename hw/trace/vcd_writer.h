// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"
#include "hw/trace/text_buffer.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace cimarron {

// A value change dump, written change by change; times are cycles, the file's timescale is 1 ps.
// (sc_trace samples every variable at every step and cannot start late.) Variables are declared
// first; begin() writes the header, write() changes from then on. The file is written aside and
// renamed by finish().
class VcdWriter {
public:
    VcdWriter(std::filesystem::path file, std::int64_t period_ps);
    ~VcdWriter();  // without finish(): leaves no file
    VcdWriter(const VcdWriter&) = delete;
    VcdWriter& operator=(const VcdWriter&) = delete;

    // path: instance path with dots, the last part being the variable. Returns its handle.
    int add(const std::string& path, int width);
    int add_real(const std::string& path);

    // Keeps a variable's value; whether it is another than before.
    bool keep(int variable, std::uint64_t value) {  // at most 64 bits
        Word& old = values_[variables_[static_cast<std::size_t>(variable)].first_word];
        const bool other = old != value;
        old = value;
        return other;
    }
    bool keep(int variable, const Word* words);  // width bits, least significant first
    bool keep_real(int variable, double value);

    void begin(std::int64_t cycle);  // with the values that were kept
    void write(int variable, std::int64_t cycle) {
        write_time(cycle);
        write_value(variables_[static_cast<std::size_t>(variable)]);
    }
    void comment(const std::string& text);
    void finish(std::int64_t last_cycle);

    std::int64_t bytes() const { return flushed_ + static_cast<std::int64_t>(text_.size()); }
    std::int64_t written_cycle() const { return written_cycle_; }  // of the last change

private:
    struct Variable {
        std::size_t first_word;
        int width;  // 0: a real
        int id_length;
        char id[8];
    };
    int add_variable(const std::string& path, int width);
    void write_header();
    void write_time(std::int64_t cycle);
    void write_value(const Variable& variable);
    char* write_wide(const Variable& variable);
    void write_text(std::string_view text);
    char* room() {
        if (text_.full()) flush();
        return text_.room();
    }
    void flush();

    std::filesystem::path file_;
    std::filesystem::path aside_;
    std::ofstream out_;
    std::int64_t period_ps_;
    TextBuffer text_;  // not yet in the file
    std::int64_t flushed_ = 0;
    std::int64_t written_cycle_ = -1;
    std::vector<Variable> variables_;
    std::vector<std::string> paths_;  // of the variables
    std::vector<Word> values_;        // of all variables; a real's bits
};

}  // namespace cimarron
