// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>

namespace cimarron {

// A run's transactions as JSON in the trace-event format, which Perfetto and Chrome's tracing page
// show: slices on named tracks, the tracks in named groups. Written slice by slice, aside, and
// renamed by finish(). Cycles are those of the chip's clock, times in the file those since the
// origin.
class Timeline {
public:
    using Track = int;
    using Counts = std::initializer_list<std::pair<const char*, std::int64_t>>;

    Timeline(std::filesystem::path file, std::int64_t period_ps);
    ~Timeline();  // without finish(): leaves no file
    Timeline(const Timeline&) = delete;
    Timeline& operator=(const Timeline&) = delete;

    // Groups and tracks appear in the order of their first mention.
    Track track(const std::string& group, const std::string& name);
    // Cycle that counts as 0: when the first image starts.
    void set_origin(std::int64_t cycle) { origin_ = cycle; }
    // One that takes no time is left out. Slices of a track must not overlap.
    void slice(Track track, const std::string& name, std::int64_t from, std::int64_t to,
               Counts counts = {});
    void finish();

private:
    struct Place {
        int group;
        int track;
    };
    void separate();
    void name(const char* what, const Place& place, const std::string& text);
    std::string microseconds(std::int64_t cycles) const;

    std::filesystem::path file_;
    std::filesystem::path aside_;
    std::ofstream out_;
    std::int64_t period_ps_;
    std::int64_t origin_ = 0;
    bool first_ = true;
    std::map<std::string, int> groups_;
    std::map<Track, Place> places_;
};

}  // namespace cimarron
