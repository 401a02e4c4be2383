// SPDX-License-Identifier: Apache-2.0
#include "common/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace cimarron {

namespace {

std::string duration(double seconds) {
    const auto s = static_cast<std::int64_t>(seconds + 0.5);
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
    return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total, std::string unit)
    : what_(std::move(what)),
      total_(std::max<std::int64_t>(total, 1)),
      unit_(std::move(unit)),
      terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
    if (bar_shown_) std::fputs("\r\033[K", stderr);
}

void Progress::update(std::int64_t done) {
    done_ = done;
    const auto now = Clock::now();
    const std::chrono::duration<double> since = now - printed_;
    if (since.count() < (terminal_ ? 0.2 : 10.0)) return;
    printed_ = now;
    print(std::chrono::duration<double>(now - start_).count());
}

void Progress::message(const std::string& line) {
    fmt::print(stderr, "{}{}\n", bar_shown_ ? "\r\033[K" : "", line);
    bar_shown_ = false;
}

void Progress::print(double elapsed_s) {
    const double rate = static_cast<double>(done_) / std::max(elapsed_s, 1e-9);
    const std::string left =
        done_ > 0 ? duration(static_cast<double>(total_ - done_) / rate) + " left" : "starting";
    const std::string figures =
        fmt::format("{}/{} {}, {:.3g} {}/s, {}", done_, total_, unit_, rate, unit_, left);
    if (!terminal_) {
        fmt::print(stderr, "{}: {}\n", what_, figures);
        return;
    }
    constexpr std::int64_t kWidth = 24;
    const auto filled = static_cast<std::size_t>(kWidth * std::min(done_, total_) / total_);
    fmt::print(stderr, "\r{} [{}{}] {}\033[K", what_, std::string(filled, '#'),
               std::string(kWidth - filled, '.'), figures);
    std::fflush(stderr);
    bar_shown_ = true;
}

}  // namespace cimarron
