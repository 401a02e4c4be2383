// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/timeline.h"

#include "common/error.h"

#include <fmt/format.h>

namespace cimarron {

Timeline::Timeline(std::filesystem::path file, std::int64_t period_ps)
    : file_(std::move(file)),
      aside_(file_.string() + ".part"),
      out_(aside_, std::ios::binary),
      period_ps_(period_ps) {
    if (!out_) throw UserError(fmt::format("{}: cannot be written", file_.string()));
    out_ << fmt::format(
        "{{\"displayTimeUnit\": \"ns\", \"otherData\": {{\"clock_period_ps\": {}}},\n"
        "\"traceEvents\": [",
        period_ps);
}

Timeline::~Timeline() {
    if (!out_.is_open()) return;
    out_.close();
    std::error_code ignored;
    std::filesystem::remove(aside_, ignored);
}

Timeline::Track Timeline::track(const std::string& group, const std::string& name_of_track) {
    const auto [found, added] = groups_.emplace(group, static_cast<int>(groups_.size()) + 1);
    const Track track = static_cast<Track>(places_.size()) + 1;
    const Place place{found->second, track};
    places_[track] = place;
    if (added) name("process", place, group);
    name("thread", place, name_of_track);
    return track;
}

void Timeline::name(const char* what, const Place& place, const std::string& text) {
    separate();
    out_ << fmt::format(
        "{{\"ph\": \"M\", \"pid\": {}, \"tid\": {}, \"name\": \"{}_name\", \"args\": {{\"name\": "
        "\"{}\"}}}},\n",
        place.group, place.track, what, text);
    const bool process = what == std::string("process");
    out_ << fmt::format(
        "{{\"ph\": \"M\", \"pid\": {}, \"tid\": {}, \"name\": \"{}_sort_index\", \"args\": "
        "{{\"sort_index\": {}}}}}",
        place.group, place.track, what, process ? place.group : place.track);
}

void Timeline::slice(Track track, const std::string& name, std::int64_t from, std::int64_t to,
                     Counts counts) {
    if (to <= from) return;
    const Place& place = places_.at(track);
    separate();
    out_ << fmt::format(
        "{{\"ph\": \"X\", \"pid\": {}, \"tid\": {}, \"ts\": {}, \"dur\": {}, \"name\": \"{}\", "
        "\"args\": {{\"cycle\": {}, \"cycles\": {}",
        place.group, place.track, microseconds(from - origin_), microseconds(to - from), name,
        from - origin_, to - from);
    for (const auto& [what, count] : counts) out_ << fmt::format(", \"{}\": {}", what, count);
    out_ << "}}";
}

void Timeline::separate() {
    out_ << (first_ ? "\n" : ",\n");
    first_ = false;
}

// Of the format; exact, because a cycle is whole picoseconds.
std::string Timeline::microseconds(std::int64_t cycles) const {
    constexpr std::int64_t kPicoseconds = 1000000;
    const std::int64_t ps = cycles * period_ps_;
    return fmt::format("{}.{:06}", ps / kPicoseconds, ps % kPicoseconds);
}

void Timeline::finish() {
    out_ << "\n]}\n";
    out_.close();
    if (!out_) throw UserError(fmt::format("{}: writing failed", file_.string()));
    std::filesystem::rename(aside_, file_);
}

}  // namespace cimarron
