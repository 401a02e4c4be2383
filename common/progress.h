// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace cimarron {

// Progress of long work on stderr: a bar with rate and time left on a terminal, elsewhere a plain
// line every ten seconds. Silent when the work is over sooner than that.
class Progress {
public:
    Progress(std::string what, std::int64_t total, std::string unit);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void update(std::int64_t done);
    void message(const std::string& line);  // a line of its own above the bar

private:
    using Clock = std::chrono::steady_clock;
    void print(double elapsed_s);

    std::string what_;
    std::int64_t total_;
    std::string unit_;
    bool terminal_;
    std::int64_t done_ = 0;
    Clock::time_point start_ = Clock::now();
    Clock::time_point printed_ = start_;
    bool bar_shown_ = false;
};

}  // namespace cimarron
