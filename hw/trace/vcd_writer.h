// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cimarron {

// A value change dump of a time window, written change by change: outside the window only the last
// values are kept, so a traced window costs nothing elsewhere. Times are cycles; the file's
// timescale is 1 ps. (sc_trace samples every variable at every step and cannot start late.) The
// file is written aside and renamed by finish(). With limit_bytes the dump ends with the first
// cycle that passes it, and a comment in it says so.
class VcdWriter {
public:
    VcdWriter(std::filesystem::path file, std::int64_t period_ps, std::int64_t from_cycle,
              std::int64_t to_cycle, std::int64_t limit_bytes = 0);
    ~VcdWriter();  // without finish(): leaves no file
    VcdWriter(const VcdWriter&) = delete;
    VcdWriter& operator=(const VcdWriter&) = delete;

    // path: instance path with dots, the last part being the variable. Returns its handle.
    int add(const std::string& path, int width);
    void set(int variable, std::uint64_t value, std::int64_t cycle) {
        set(variable, &value, cycle);
    }
    // width bits in words, least significant first.
    void set(int variable, const Word* words, std::int64_t cycle);

    // Cycle that counts as 0 in from and to: when the first image starts.
    void set_origin(std::int64_t cycle) { origin_ = cycle; }
    void finish();
    // Cycle (since the origin) after which the limit stopped the dump; -1: it did not.
    std::int64_t stopped_at() const { return stopped_at_; }

private:
    struct Variable {
        std::string path;
        int width;
        std::vector<Word> value;
        std::string id;
    };
    void write_header();
    void write_value(const Variable& variable);
    void open_window();
    void close_window();
    bool limit_reached() const { return limit_bytes_ > 0 && value_bytes_ >= limit_bytes_; }
    void stop();

    std::filesystem::path file_;
    std::filesystem::path aside_;
    std::ofstream out_;
    std::int64_t period_ps_;
    std::int64_t from_;
    std::int64_t to_;
    std::int64_t limit_bytes_;
    std::int64_t value_bytes_ = 0;  // of the value changes
    std::int64_t stopped_at_ = -1;
    std::int64_t origin_ = -1;
    enum class Phase { before, inside, after } phase_ = Phase::before;
    std::int64_t written_cycle_ = -1;
    std::vector<Variable> variables_;
};

}  // namespace cimarron
